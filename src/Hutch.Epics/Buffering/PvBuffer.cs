using System.Collections.Concurrent;
using Hutch.Epics.ChannelAccess;
using Hutch.Hosting;
using Hutch.Services;
using Hutch.Services.Counting;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Buffering;

/// <summary>
/// Collects every value of PVs in a store, with the ids of the pulses beside them: the std-daq EPICS buffer (<see cref="BufferRecord"/>). It survives
/// the death of IOCs and of the store; what it cannot keep it counts, and records as a gap.
/// </summary>
public sealed partial class PvBuffer : AsyncService, IReloadable
{
    private const int LargestBatch = 2000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    private readonly IStore _store;
    private readonly Func<CaClient> _makeClient;
    private readonly Func<BufferConfiguration>? _readAgain;
    private readonly ConcurrentDictionary<string, BufferedPv> _pvs = new(StringComparer.Ordinal);
    private readonly Lock _changing = new();
    private BufferConfiguration _configuration;
    private CaClient? _client;
    private PulseIdPv? _pulses;

    /// <summary>Makes the service; PVs are looked for after its start.</summary>
    /// <param name="configuration">What it collects.</param>
    /// <param name="store">Where to; it is closed with the service.</param>
    /// <param name="makeClient">Makes the client of channel access, at the start.</param>
    /// <param name="options">How it works.</param>
    /// <param name="readAgain">Reads the configuration again, on SIGHUP; null: it does not change.</param>
    /// <param name="logger">Where it logs; null: nowhere.</param>
    public PvBuffer(
        BufferConfiguration configuration, IStore store, Func<CaClient> makeClient, PvBufferOptions? options = null, Func<BufferConfiguration>? readAgain = null, ILogger? logger = null)
        : base((options ?? new PvBufferOptions()).ServiceName, logger)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Options = options ?? new PvBufferOptions();
        (_configuration, _store, _makeClient, _readAgain) = (configuration, store, makeClient, readAgain);
        Queue = new BufferQueue(Options.QueueMemory);
        Observe("events", "{value}", "Values received.", () => Statistics.Events);
        Observe("bytes", "By", "Bytes of the values received.", () => Statistics.Bytes);
        Observe("stored", "{entry}", "Entries written to the store.", () => Stored);
        Observe("lost", "{entry}", "Entries lost because the store was unavailable for too long.", () => Queue.Lost);
        Observe("late", "{value}", "Values that arrived late or out of order.", () => Late);
        Observe("pulses_refused", "{pulse}", "Pulse ids that did not increase.", () => PulsesRefused);
    }

    /// <summary>How it works.</summary>
    public PvBufferOptions Options { get; }

    /// <summary>Entries that are in the store.</summary>
    public long Stored => Interlocked.Read(ref _stored);

    /// <summary>Entries lost because the store was unavailable for longer than the queue could hold.</summary>
    public long Lost => Queue.Lost;

    /// <summary>Entries that wait for the store.</summary>
    public int Waiting => Queue.Count;

    /// <summary>Values that arrived late or out of order.</summary>
    public long Late => _pvs.Values.Sum(p => p.Late);

    /// <summary>Pulse ids that the store refused because they did not increase.</summary>
    public long PulsesRefused => Interlocked.Read(ref _pulsesRefused);

    /// <summary>The PVs that it collects, by name.</summary>
    public IReadOnlyList<BufferedPvStatus> Pvs => [.. _pvs.Values.Select(p => p.Status(Options.Silence)).OrderBy(p => p.Name, StringComparer.Ordinal)];

    internal BufferQueue Queue { get; }

    internal BufferStatistics Statistics { get; } = new();

    /// <summary>Changes what is collected, while it runs. A buffer of the same name keeps these PVs until the list in the configuration file is edited.</summary>
    /// <returns>How many PVs were added, and how many removed.</returns>
    /// <exception cref="UserErrorException">One is not the name of a PV; nothing was changed.</exception>
    public (int Added, int Removed) SetPvs(IEnumerable<string> names)
    {
        var change = Collect(names);
        _listIsToBeKept = true;
        return change;
    }

    /// <summary>Collects these PVs too. See <see cref="SetPvs"/>.</summary>
    public (int Added, int Removed) AddPvs(IEnumerable<string> names) => SetPvs(_pvs.Keys.Concat(names));

    /// <summary>Does not collect these PVs any more. See <see cref="SetPvs"/>.</summary>
    public (int Added, int Removed) RemovePvs(IEnumerable<string> names) => SetPvs(_pvs.Keys.Except(names));

    /// <inheritdoc/>
    public void Reload()
    {
        if (_readAgain is null)
            return;
        try
        {
            var read = _readAgain();
            var list = read.PvList;
            if ((read.PulseIdPv, read.UseArchiverPrecision) != (_configuration.PulseIdPv, _configuration.UseArchiverPrecision))
                Logger.LogWarning("{Service}: pulse_id_pv and use_archiver_precision have changed in the configuration and take effect at the next start", ServiceName);
            _configuration = _configuration with { PvList = list };
            var (added, removed) = SetPvs(list);
            Logger.LogInformation("{Service}: the configuration was reloaded: {Added} PVs were added, {Removed} removed", ServiceName, added, removed);
        }
        catch (UserErrorException error)
        {
            Logger.LogError("{Service}: the configuration is unchanged: {Reason}", ServiceName, error.Message);
        }
    }

    /// <summary>What a PV was over the last time, see <see cref="PvPlot"/>.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public Task<PvPlot> PlotAsync(string name, TimeSpan time, int points, CancellationToken cancel = default)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return PvPlot.ReadAsync(_store, name, now - (long)time.TotalMilliseconds, now, points, cancel);
    }

    /// <summary>Finds out why a PV is not connected here, although it may be for others.</summary>
    public Task<PvDiagnosis> DiagnoseAsync(string name, CancellationToken cancel = default) =>
        PvDiagnosis.OfAsync(name, _pvs.TryGetValue(name, out var pv) && pv.IsConnected, _client?.Options.AddressList, cancel);

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        _client = null;
        Collect(_configuration.PvList);
        _client = _makeClient();
    }

    /// <inheritdoc/>
    protected override async Task OnFirstIterationAsync(CancellationToken stop)
    {
        UnknownSince = await LastAliveAsync(stop).ConfigureAwait(false);
        await TakeKeptListAsync(stop).ConfigureAwait(false);
        lock (_changing)
        {
            foreach (var pv in _pvs.Values.Where(p => !p.IsStarted))
                pv.Start(_client!, Events, UnknownSince);
        }
        if (_configuration.PulseIdPv is { Length: > 0 } name)
            _pulses = new PulseIdPv(this, name, _client!, Logger);
        Logger.LogInformation("{Service} collects {Count} PVs into {Store}", ServiceName, _pvs.Count, _store.Address);
    }

    /// <inheritdoc/>
    protected override async Task<TimeSpan?> IterateAsync(CancellationToken stop)
    {
        await KeepAliveAsync(stop).ConfigureAwait(false);
        await KeepListAsync(stop).ConfigureAwait(false);
        WriteStatistics();
        if (_inHand.Count == 0 && !await Queue.WaitAsync(LongestWait, stop).ConfigureAwait(false))
            return TimeSpan.Zero;
        return await StoreAsync(stop).ConfigureAwait(false) ? TimeSpan.Zero : RetryPause;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        using (var patience = new CancellationTokenSource(StopPatience))
            KeepListAsync(patience.Token).GetAwaiter().GetResult();
        _pulses?.Dispose();
        _client?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        foreach (var pv in _pvs.Values)
            pv.Dispose();
        _pvs.Clear();
        FinishAsync().GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            Queue.Dispose();
    }

    private (int Added, int Removed) Collect(IEnumerable<string> names)
    {
        var wanted = BufferConfiguration.Checked(names).ToHashSet(StringComparer.Ordinal);
        lock (_changing)
        {
            var gone = _pvs.Keys.Where(n => !wanted.Contains(n)).ToList();
            foreach (var name in gone)
            {
                if (_pvs.TryRemove(name, out var pv))
                    pv.Dispose();
            }
            var added = 0;
            foreach (var name in wanted.Where(n => !_pvs.ContainsKey(n)))
            {
                var pv = new BufferedPv(this, name);
                _pvs[name] = pv;
                if (_client is { } client)
                    pv.Start(client, Events, UnknownSince);
                added++;
            }
            return (added, gone.Count);
        }
    }

    private PvEvents Events => PvEvents.Value | PvEvents.Alarm | (_configuration.UseArchiverPrecision ? PvEvents.Log : PvEvents.None);

    private void Observe(string name, string unit, string description, Func<long> value) =>
        ServiceCounts.Observe(this, "hutch.epics_buffer." + name, unit, description, value);
}
