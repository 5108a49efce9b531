using System.Collections.Concurrent;
using System.Text.Json;
using Hutch.Bus;
using Hutch.Bus.Transports;
using Hutch.Fleet.Records;
using Hutch.Fleet.Secrets;
using Hutch.Fleet.Sharing;
using Hutch.Fleet.Ssh;
using Hutch.Fleet.Storage;
using Hutch.Services;
using Hutch.Services.Counting;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Watching;

/// <summary>
/// Checks every host at an interval and keeps its status true: failed when it stops answering, as before when it answers again. Several watchers of a
/// bus share the hosts. As Commissaire's watcher it takes records from <c>jobs.watcher</c>: that host is checked at once.
/// </summary>
internal sealed partial class Watcher : AsyncService
{
    private const string Queue = "watcher";

    // Changes are saved together: a thousand hosts are some calls a second, not a thousand.
    private static readonly TimeSpan FlushPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan ListPause = TimeSpan.FromMinutes(5);

    private readonly string _url;
    private readonly BusOptions _busOptions;
    private readonly WatcherOptions _options;
    private readonly SecretSeal _seal;
    private readonly WatchSchedule _schedule;
    private readonly ConcurrentDictionary<string, object> _changes = new();
    private readonly List<IAsyncDisposable> _subscriptions = [];
    private BusConnection? _bus;
    private StorageClient? _records;
    private HostCheck? _check;
    private PeerSigns? _signs;
    private DateTimeOffset _nextFlush;
    private DateTimeOffset _nextList;
    private DateTimeOffset _checksFrom;
    private int _inHand;
    private long _checks;
    private long _missed;

    /// <summary>Makes the service.</summary>
    public Watcher(string url, BusOptions bus, WatcherOptions options, SecretSeal seal, ILogger? logger = null)
        : base("watcher", logger)
    {
        (_url, _busOptions, _options, _seal) = (url, bus, options.Checked(), seal);
        _schedule = new WatchSchedule(options, Random.Shared);
        ServiceCounts.Observe(this, "hutch.watcher.checks", "{check}", "Checks of hosts.", () => Checks);
        ServiceCounts.Observe(this, "hutch.watcher.misses", "{check}", "Checks of hosts without an answer.", () => Missed);
    }

    /// <summary>Names this process among the watchers.</summary>
    public string Id { get; } = PeerSigns.NewId();

    /// <summary>Hosts that are watched, by whichever watcher.</summary>
    public int Hosts => _schedule.Count;

    /// <summary>Watchers on the bus, this one included.</summary>
    public int Sharing => _signs?.Peers.Count ?? 1;

    /// <summary>Checks so far.</summary>
    public long Checks => Volatile.Read(ref _checks);

    /// <summary>Those of them without an answer.</summary>
    public long Missed => Volatile.Read(ref _missed);

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        _bus = BusConnection.Open(_url, _busOptions, Logger);
        _records = new StorageClient(_bus);
        _check = new HostCheck(_options, new SshRoutes(_records, _seal));
        _signs = new PeerSigns(_bus, "watcher", Id, TimeSpan.FromSeconds(_options.BeatS), NoteOthers);
    }

    /// <inheritdoc/>
    protected override async Task OnFirstIterationAsync(CancellationToken stop)
    {
        var transport = _bus!.Transport;
        await transport.DeclareExchangeAsync(new ExchangeDeclaration(_bus.Exchange, ExchangeType.Topic, Durable: true), stop);
        _subscriptions.Add(await _records!.ListenAsync<Host>(OnHostChanged, stop));
        await transport.DeclareQueueAsync(new QueueDeclaration(Queue, Durable: true), stop);
        await transport.BindAsync(Queue, _bus.Exchange, "jobs.watcher", stop);
        _subscriptions.Add(await transport.ConsumeAsync(Queue, new ConsumeOptions(), OnJob, stop));
        await _signs!.StartAsync(stop);
        // By then the others know of this one, and this one of them.
        _checksFrom = Now + TimeSpan.FromSeconds(_options.BeatS * 2);
        LogWatching(Logger, Id, transport.Address, _options.IntervalS);
    }

    /// <inheritdoc/>
    protected override async Task<TimeSpan?> IterateAsync(CancellationToken stop)
    {
        await _signs!.BeatAsync(stop);
        if (Now >= _nextList)
        {
            // Notifications are enough as long as none is lost.
            foreach (var host in await _records!.ListAsync<Host>(stop))
                _schedule.Set(host, Now);
            _nextList = Now + ListPause;
        }
        if (Now >= _nextFlush)
        {
            _nextFlush = Now + FlushPause;
            await FlushAsync(stop);
        }
        while (Now >= _checksFrom && Volatile.Read(ref _inHand) < _options.Concurrency && _schedule.Take(Now, _signs.Peers.IsOurs) is { } due)
        {
            Interlocked.Increment(ref _inHand);
            _ = CheckAsync(due, stop);
        }
        var wait = _schedule.Wait(Now);
        return wait < TimeSpan.FromMilliseconds(20) ? TimeSpan.FromMilliseconds(20) : wait < FlushPause ? wait : FlushPause;
    }

    /// <inheritdoc/>
    protected override void OnStopped() => CloseAsync().GetAwaiter().GetResult();

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private async Task CheckAsync(WatchedHost host, CancellationToken stop)
    {
        try
        {
            var trouble = await _check!.RunAsync(host.Record, stop).ConfigureAwait(false);
            Interlocked.Increment(ref _checks);
            if (trouble is not null)
                Interlocked.Increment(ref _missed);
            var before = host.Record.Status;
            if (_schedule.Note(host, trouble, Now) is not { } record)
                return;
            if (record.Status != before)
            {
                LogChange(Logger, record.Address, record.Status, trouble ?? "it answers again");
                _nextFlush = default;
            }
            _changes[record.Address] = record.Status == before ? new { address = record.Address, last_check = record.LastCheck }
                : new { address = record.Address, last_check = record.LastCheck, status = record.Status, status_before = record.StatusBefore, reason = record.Reason };
        }
        catch (Exception error) when (error is OperationCanceledException || stop.IsCancellationRequested)
        {
            // It stops.
        }
        catch (Exception error)
        {
            Logger.LogError(error, "the check of {Address} failed", host.Record.Address);
            _schedule.Note(host, null, Now);
        }
        finally
        {
            Interlocked.Decrement(ref _inHand);
        }
    }

    private async Task FlushAsync(CancellationToken stop)
    {
        var changes = _changes.ToArray();
        if (changes.Length == 0)
            return;
        await _records!.UpdateManyAsync<Host>(changes.Select(c => c.Value), stop);
        foreach (var change in changes)
            _changes.TryRemove(change);   // unless there is a newer one
    }

    private ValueTask OnHostChanged(string change, Host host)
    {
        if (change == "deleted")
        {
            _schedule.Remove(host.Address);
            _changes.TryRemove(host.Address, out _);
        }
        else
        {
            _schedule.Set(host, Now);
        }
        return default;
    }

    // A WatcherRecord as JSON, which Commissaire's REST server sends as text for a host that is new.
    private async ValueTask OnJob(Delivery delivery)
    {
        await delivery.AckAsync();
        try
        {
            var record = JsonElement.Parse(delivery.Body.Span);
            if (record.ValueKind == JsonValueKind.String)
                record = JsonElement.Parse(record.GetString()!);
            if (record.ValueKind == JsonValueKind.Object && record.TryGetProperty("address", out var address) && address.GetString() is { } host)
                _schedule.Hurry(host, Now);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            Logger.LogWarning("a message on jobs.watcher is not a record of a host and is dropped: {Message}", error.Message);
        }
    }

    private void NoteOthers()
    {
        _checksFrom = Now + _schedule.Settle;
        LogSharing(Logger, _schedule.Count, Sharing);
    }

    private async Task CloseAsync()
    {
        if (_bus is not { } bus)
            return;
        _bus = null;
        await using (bus)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
            try
            {
                await FlushAsync(patience.Token);
                await _signs!.LeaveAsync(patience.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or RpcException or BusTimeoutException or BusUnroutableException)
            {
                // The broker or the storage is away; the others notice by themselves.
            }
            foreach (var subscription in _subscriptions)
                await subscription.DisposeAsync();
            _subscriptions.Clear();
            await _signs!.DisposeAsync();
        }
    }

    [LoggerMessage(1, LogLevel.Information, "watcher {Id} on {Address} checks every host every {Seconds} s")]
    private static partial void LogWatching(ILogger logger, string id, string address, double seconds);

    [LoggerMessage(2, LogLevel.Information, "{Hosts} hosts are shared by {Watchers} watchers")]
    private static partial void LogSharing(ILogger logger, int hosts, int watchers);

    [LoggerMessage(3, LogLevel.Warning, "host {Address} is {Status}: {Reason}")]
    private static partial void LogChange(ILogger logger, string address, string status, string reason);
}
