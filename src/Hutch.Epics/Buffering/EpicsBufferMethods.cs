using Hutch.Bus;
using Hutch.Epics.ChannelAccess;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Buffering;

/// <summary>A buffer on the bus, under its service name: <c>hutch call epics-buffer.status</c>.</summary>
[BusError(typeof(UserErrorException))]
public sealed class EpicsBufferMethods : BusService
{
    private static readonly string[] WorstFirst = ["disconnected", "never_connected", "silent", "connected"];

    private readonly PvBuffer _buffer;

    /// <summary>Makes the service.</summary>
    /// <param name="url">The bus.</param>
    /// <param name="buffer">The buffer.</param>
    /// <param name="logger">Where it logs; null: nowhere.</param>
    public EpicsBufferMethods(string url, PvBuffer buffer, ILogger? logger = null)
        : base(url, new ServeOptions { Name = buffer?.ServiceName + "-methods", Queues = [new BusQueue(buffer?.ServiceName!, buffer?.ServiceName + ".*")] }, logger: logger)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        _buffer = buffer;
    }

    /// <summary>Numbers of the whole buffer, and how many PVs are in which state.</summary>
    public object OnStatus()
    {
        var pvs = _buffer.Pvs;
        return new
        {
            service = _buffer.ServiceName,
            list = _buffer.ListIsChanged ? "changed" : "file",
            pvs = pvs.Count,
            states = pvs.GroupBy(p => p.State).ToDictionary(g => g.Key, g => g.Count()),
            events = pvs.Sum(p => p.Events),
            stored = _buffer.Stored,
            waiting = _buffer.Waiting,
            lost = _buffer.Lost,
            late = _buffer.Late,
            disconnections = pvs.Sum(p => p.Disconnections),
            pulses_refused = _buffer.PulsesRefused,
        };
    }

    /// <summary>Each PV with its state, age, host, value and counts; those that are not connected first.</summary>
    /// <param name="state">Only those in this state: connected, silent, disconnected or never_connected.</param>
    /// <param name="search">Only those with this text in their name.</param>
    /// <param name="limit">The maximum number; 0 for all.</param>
    public IReadOnlyList<BufferedPvStatus> OnPvs(string? state = null, string? search = null, int limit = 0)
    {
        var found = _buffer.Pvs.Where(p => (state is null || p.State == state) && (search is null || p.Name.Contains(search, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(p => Array.IndexOf(WorstFirst, p.State));
        return [.. limit > 0 ? found.Take(limit) : found];
    }

    /// <summary>What a PV was: the lowest and the highest value of each interval of the last time.</summary>
    /// <param name="pv">The PV; also one that is not collected any more.</param>
    /// <param name="seconds">How long back, at most a day.</param>
    /// <param name="points">How many intervals, 2 to 2000.</param>
    public Task<PvPlot> OnHistory(string pv, double seconds = 600, int points = 300)
    {
        if (!(seconds is >= 1 and <= 86_400) || points is < 2 or > 2000)
            throw new UserErrorException($"seconds is {seconds} and points {points}; they must be 1 to 86400, and 2 to 2000");
        return _buffer.PlotAsync(BufferConfiguration.Checked([pv])[0], TimeSpan.FromSeconds(seconds), points);
    }

    /// <summary>The names of the PVs.</summary>
    public IReadOnlyList<string> OnPvList() => [.. _buffer.Pvs.Select(p => p.Name)];

    /// <summary>Collects exactly these PVs from now on.</summary>
    public object OnSetPvList(IReadOnlyList<string> pvs) => Changed(_buffer.SetPvs(pvs));

    /// <summary>Collects these PVs too.</summary>
    public object OnAddPvs(IReadOnlyList<string> pvs) => Changed(_buffer.AddPvs(pvs));

    /// <summary>Does not collect these PVs any more.</summary>
    public object OnRemovePvs(IReadOnlyList<string> pvs) => Changed(_buffer.RemovePvs(pvs));

    /// <summary>Why a PV is not connected here, although it may be for others.</summary>
    public Task<PvDiagnosis> OnDiagnose(string pv) => _buffer.DiagnoseAsync(pv);

    private object Changed((int Added, int Removed) change) => new { added = change.Added, removed = change.Removed, pvs = _buffer.Pvs.Count };
}
