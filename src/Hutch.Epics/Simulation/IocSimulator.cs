using System.Diagnostics;
using Hutch.Epics.ChannelAccess;
using Hutch.Epics.Serving;
using Hutch.Services;
using Hutch.Services.Counting;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Simulation;

/// <summary>Changes the PVs of a simulated IOC, each at its rate. A <see cref="CaServer"/> beside it serves <see cref="Pvs"/>.</summary>
public sealed class IocSimulator : Service
{
    private readonly List<Scan> _scans = [];
    private readonly PostedRecord? _record;
    private long _posted;

    /// <summary>Makes the service.</summary>
    /// <param name="configuration">The PVs.</param>
    /// <param name="recordFile">A file that gets every value that is posted, as JSON lines; null: none.</param>
    /// <param name="logger">Where it logs; null: nowhere.</param>
    public IocSimulator(SimulatorConfiguration configuration, string? recordFile = null, ILogger? logger = null)
        : base("ioc-simulator", logger)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        OnError = ErrorAction.Fail;
        _record = recordFile is null ? null : new PostedRecord(recordFile);
        foreach (var byRate in configuration.Pvs.GroupBy(p => p.EffectiveRate))
        {
            var moving = new List<MovingPv>();
            foreach (var pv in byRate)
            {
                for (var copy = 0; copy < pv.Copies; copy++)
                    moving.Add(new MovingPv(pv, Pvs.Add(SimulatorConfiguration.Make(pv, copy))));
            }
            if (byRate.Key > 0)
                _scans.Add(new Scan(byRate.Key, moving));
        }
        ServiceCounts.Observe(this, "hutch.ioc_simulator.posted", "{value}", "Values posted.", () => Posted);
    }

    /// <summary>The PVs.</summary>
    public PvTable Pvs { get; } = new();

    /// <summary>How many values were posted.</summary>
    public long Posted => Interlocked.Read(ref _posted);

    /// <inheritdoc/>
    protected override void OnFirstIteration(CancellationToken stop)
    {
        foreach (var pv in Pvs)
            _record?.Add(pv);
        foreach (var scan in _scans)
            scan.Due = Stopwatch.GetTimestamp();
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        if (_scans.Count == 0)
            return TimeSpan.FromSeconds(1);
        var now = Stopwatch.GetTimestamp();
        foreach (var scan in _scans.Where(s => s.Due <= now))
        {
            foreach (var pv in scan.Pvs)
            {
                pv.Step(scan.Rate);
                _record?.Add(pv.Served);
            }
            Interlocked.Add(ref _posted, scan.Pvs.Count);
            // A machine that stood still leaves scans out, as an IOC does; it does not make up for them in a burst.
            scan.Due = Math.Max(scan.Due, now - scan.Ticks) + scan.Ticks;
        }
        _record?.Flush();
        var pause = TimeSpan.FromSeconds((_scans.Min(s => s.Due) - Stopwatch.GetTimestamp()) / (double)Stopwatch.Frequency);
        return pause > TimeSpan.Zero ? pause : TimeSpan.Zero;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _record?.Dispose();
    }

    private sealed class Scan(double rate, IReadOnlyList<MovingPv> pvs)
    {
        public double Rate => rate;

        public long Ticks { get; } = (long)(Stopwatch.Frequency / rate);

        public IReadOnlyList<MovingPv> Pvs => pvs;

        public long Due { get; set; }
    }
}
