namespace Hutch.Reduction.Sources;

/// <summary>
/// What is known beside the events of a chunk, as scripts find it in <c>attrs</c>: <c>logs</c> (the last value by name), <c>log_values</c>
/// (what came with this chunk, with times), <c>proton_charge</c> and <c>pulse_charges</c>, <c>periods</c>, <c>monitors</c>, and facts such as the beamline.
/// </summary>
internal sealed class ChunkMetadata
{
    // A chunk's attributes travel as JSON: what would make them longer than the events is cut off and counted.
    private const int MostValues = 100_000;

    private readonly Dictionary<string, object> _logs = [];
    private readonly Dictionary<string, (List<long> Times, List<object> Values)> _series = [];
    private readonly List<long> _pulseTimes = [];
    private readonly List<double> _charges = [];
    private readonly List<long> _periodTimes = [];
    private readonly List<int> _periods = [];
    private readonly SortedDictionary<uint, (long Count, List<float> Tofs)> _monitors = [];
    private int _values;
    private uint _flags;

    /// <summary>Facts that hold until they are changed, by name.</summary>
    public Dictionary<string, object?> Facts { get; } = [];

    /// <summary>Values that were left out because there were too many for a chunk; their number and last value are right.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Takes a value of a log. Of arrays only the last is kept.</summary>
    public void AddLog(string name, long timeNs, object value)
    {
        _logs[name] = value;
        if (value is Array || !HasRoom())
            return;
        if (!_series.TryGetValue(name, out var series))
            _series.Add(name, series = ([], []));
        series.Times.Add(timeNs);
        series.Values.Add(value);
    }

    /// <summary>Takes the proton charge of a pulse.</summary>
    /// <param name="timeNs">The pulse's time.</param>
    /// <param name="charge">Its charge, in pC.</param>
    /// <param name="flags">What is said of it, as bits.</param>
    public void AddCharge(long timeNs, double charge, uint flags)
    {
        _pulseTimes.Add(timeNs);
        _charges.Add(charge);
        _flags |= flags;
    }

    /// <summary>Takes note of the period of a chunk's first pulse, and of each that has another one than the pulse before it.</summary>
    public void AddPeriod(long timeNs, int period)
    {
        _periodTimes.Add(timeNs);
        _periods.Add(period);
    }

    /// <summary>Takes an event of a monitor.</summary>
    /// <param name="monitor">Its id.</param>
    /// <param name="tof">Microseconds.</param>
    public void AddMonitorEvent(uint monitor, float tof)
    {
        var (count, tofs) = _monitors.TryGetValue(monitor, out var known) ? known : (0, []);
        if (HasRoom())
            tofs.Add(tof);
        _monitors[monitor] = (count + 1, tofs);
    }

    /// <summary>Puts everything into a chunk's attributes, and begins the next.</summary>
    public void MoveTo(Dictionary<string, object?> attributes)
    {
        foreach (var (name, fact) in Facts)
            attributes[name] = fact;
        if (_logs.Count > 0)
            attributes["logs"] = new Dictionary<string, object>(_logs);
        if (_series.Count > 0)
            attributes["log_values"] = _series.ToDictionary(s => s.Key, s => new Dictionary<string, object> { ["time_ns"] = s.Value.Times.ToArray(), ["value"] = s.Value.Values.ToArray() });
        if (_charges.Count > 0)
        {
            attributes["proton_charge"] = _charges.Sum();
            attributes["pulse_charges"] = new Dictionary<string, object> { ["time_ns"] = _pulseTimes.ToArray(), ["value"] = _charges.ToArray() };
            attributes["pulse_flags"] = _flags;
        }
        if (_periods.Count > 0)
            attributes["periods"] = new Dictionary<string, object> { ["time_ns"] = _periodTimes.ToArray(), ["value"] = _periods.ToArray() };
        if (_monitors.Count > 0)
            attributes["monitors"] = _monitors.ToDictionary(m => m.Key.ToString(System.Globalization.CultureInfo.InvariantCulture), m => new Dictionary<string, object> { ["count"] = m.Value.Count, ["tof"] = m.Value.Tofs.ToArray() });
        Clear();
    }

    /// <summary>Forgets what came for the present chunk; logs and facts stay.</summary>
    public void Clear()
    {
        _series.Clear();
        _pulseTimes.Clear();
        _charges.Clear();
        _periodTimes.Clear();
        _periods.Clear();
        _monitors.Clear();
        (_values, _flags) = (0, 0);
    }

    private bool HasRoom()
    {
        if (_values < MostValues)
        {
            _values++;
            return true;
        }
        LeftOut++;
        return false;
    }
}
