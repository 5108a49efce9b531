using Hutch.Epics.ChannelAccess;
using Hutch.Epics.Serving;

namespace Hutch.Epics.Simulation;

/// <summary>A PV that follows a wave. What a client puts becomes the value around which the wave goes.</summary>
internal sealed class MovingPv
{
    private readonly SimulatedPv _pv;
    private readonly double _phase;
    private readonly Random _random = new();
    private readonly double _first;
    private long _steps;
    private double _pulse;

    public MovingPv(SimulatedPv pv, ServedPv served)
    {
        (_pv, Served) = (pv, served);
        _first = served.Type == PvType.String ? 0 : served.Current.Data.NumberAt(0);
        // So that copies do not all move alike.
        _phase = served.Name.Sum(c => c) % 100 / 100.0;
    }

    public ServedPv Served { get; }

    /// <summary>Posts the next value.</summary>
    public void Step(double rate)
    {
        _steps++;
        var now = EpicsTime.Now;
        if (_pv.Wave == "none" || Served.Type == PvType.String)
        {
            Served.Post(Served.Current.Data, now);
            return;
        }
        var count = Served.Current.Data.Count;
        if (count == 1)
        {
            Served.Post(Fold(Value(now, rate, 0)), now);
            return;
        }
        var values = new double[count];
        for (var i = 0; i < count; i++)
            values[i] = Fold(Value(now, rate, (double)i / count));
        Served.Post(PvData.Of<double>(PvType.Double, values), now);
    }

    private double Value(long now, double rate, double shift)
    {
        const double second = 1e9;
        var turn = (now / second / _pv.Period + _phase + shift) % 1;
        return _pv.Wave switch
        {
            "counter" => _first + _steps + shift,
            "pulse" => _pulse = Math.Max(_pulse + 1, Math.Floor(now / second * rate)),
            "sine" => _first + _pv.Amplitude * Math.Sin(turn * Math.Tau),
            "ramp" => _first + _pv.Amplitude * turn,
            "square" => _first + (turn < 0.5 ? 0 : _pv.Amplitude),
            _ => _first + _pv.Amplitude * (2 * _random.NextDouble() - 1),
        };
    }

    // An enumeration goes round its states; other values end at the ends of their type.
    private double Fold(double value) =>
        Served.Type == PvType.Enum && Served.Properties.States.Count is > 0 and var states ? Math.Floor(((value % states) + states) % states) : value;
}
