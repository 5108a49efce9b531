using System.Collections.Concurrent;
using Hutch.Beamline;
using Hutch.Bus;
using Hutch.Fleet.Records;
using Hutch.Fleet.Storage;
using Hutch.Hosting;
using Hutch.Services;
using Hutch.Services.Scopes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Cluster = Hutch.Services.Scopes.Cluster;

namespace Hutch.Fleet.Scopes;

/// <summary>
/// Nodes and clusters that live by the records of the fleet: what is attached to one waits while the record says that the host has failed, and ends when
/// the record is deleted. While the storage service is unavailable, nothing is assumed to have changed.
/// </summary>
public sealed class FleetScopes : IFleetRecords
{
    /// <summary>Changes are published on the bus; the records are read this often in case one was missed.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>How long a service waits for the first answer; an instrument must also start when the records are away.</summary>
    private static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan CallPatience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, FollowedRecord> _hosts = new();
    private readonly ConcurrentDictionary<string, FollowedRecord> _clusters = new();
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly BusConnection _bus;
    private readonly StorageClient _records;
    private readonly ILogger _logger;
    private readonly Task _following;
    private bool _isAway;

    private FleetScopes(BusConnection bus, ILogger logger)
    {
        (_bus, _records, _logger) = (bus, new StorageClient(bus), logger);
        _following = Task.Run(FollowAsync);
    }

    /// <summary>Starts following the records; the broker and the storage service may become available later.</summary>
    /// <param name="busUrl">The bus of the storage service.</param>
    /// <param name="logger">Where it logs; null: nowhere.</param>
    /// <param name="exchange">The exchange of the bus; null for the usual one.</param>
    /// <exception cref="UserErrorException">The URL is not that of a broker.</exception>
    public static FleetScopes Open(string busUrl, ILogger? logger = null, string? exchange = null)
    {
        logger ??= NullLogger.Instance;
        var options = new BusOptions { Exchange = exchange ?? BusOptions.DefaultExchange, Call = new CallOptions { Timeout = CallPatience } };
        return new FleetScopes(BusConnection.Open(BusAddress.Complete(busUrl), options, logger), logger);
    }

    /// <summary>A cluster that ends when its record is deleted.</summary>
    public Cluster Cluster(string name, Session? session = null)
    {
        var cluster = new Cluster(name, session);
        FollowCluster(name, () => cluster.End());
        return cluster;
    }

    /// <summary>A node, by the address of its host, that ends when its record is deleted.</summary>
    public Node Node(string address, Cluster cluster)
    {
        Node? node = null;
        var reachability = FollowHost(address, () => node?.End());
        return node = new Node(address, cluster) { Reachability = reachability };
    }

    /// <inheritdoc/>
    public IReachability FollowHost(string address, Action deleted) => Follow(_hosts, address, deleted);

    /// <inheritdoc/>
    public void FollowCluster(string name, Action deleted) => Follow(_clusters, name, deleted);

    /// <summary>Stops following. The scopes stay as they are.</summary>
    public void Dispose()
    {
        _end.Cancel();
        _following.GetAwaiter().GetResult();
        _bus.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _end.Dispose();
        _wake.Dispose();
    }

    private FollowedRecord Follow(ConcurrentDictionary<string, FollowedRecord> records, string key, Action deleted)
    {
        var followed = records.GetOrAdd(key, _ => new FollowedRecord(FirstAnswer));
        followed.Deleted += deleted;
        Wake();
        return followed;
    }

    private async Task FollowAsync()
    {
        var listening = new List<IAsyncDisposable>();
        while (!_end.IsCancellationRequested)
        {
            try
            {
                if (listening.Count == 0)
                    listening.Add(await _records.ListenAsync<Host>((_, host) => Told(_hosts, host.Address), _end.Token).ConfigureAwait(false));
                if (listening.Count == 1)
                    listening.Add(await _records.ListenAsync<Records.Cluster>((_, cluster) => Told(_clusters, cluster.Name), _end.Token).ConfigureAwait(false));
                foreach (var (address, followed) in _hosts)
                    Take("host", address, followed, await _records.FindAsync<Host>(address, _end.Token).ConfigureAwait(false) is { } host ? host.Status != HostStatus.Failed : null);
                foreach (var (name, followed) in _clusters)
                    Take("cluster", name, followed, await _records.FindAsync<Records.Cluster>(name, _end.Token).ConfigureAwait(false) is not null ? true : null);
                if (_isAway)
                    _logger.LogInformation("the records of the fleet are available again");
                _isAway = false;
            }
            catch (Exception error)
            {
                // Whatever it is, the services must not suffer: all stays as it was until the records can be asked.
                if (!_isAway && !_end.IsCancellationRequested)
                    _logger.LogWarning("the records of the fleet are unavailable; assuming that nothing has changed: {Message}", ErrorText.Of(error));
                _isAway = true;
            }
            await ((Task)_wake.WaitAsync(Period, _end.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        foreach (var listener in listening)
            await listener.DisposeAsync().ConfigureAwait(false);
    }

    private void Take(string what, string key, FollowedRecord followed, bool? works)
    {
        var (was, isNew) = (followed.Works, !followed.IsKnown);
        if (!isNew && was == works)
            return;
        if (works is null)
            _logger.LogWarning("{What} {Key} {Has} no record: what is attached to it {Does}; add one with: hutch fleet {What}s add {Key}", what, key, isNew ? "has" : "now has", isNew ? "waits" : "ends", what, key);
        else if (!isNew)
            _logger.LogInformation("{What} {Key} {Has}", what, key, works.Value ? "works, as its record says" : "has failed, as its record says");
        if (followed.Know(works))
            ThreadPool.UnsafeQueueUserWorkItem(static gone => gone.RaiseDeleted(), followed, preferLocal: false);
    }

    private ValueTask Told(ConcurrentDictionary<string, FollowedRecord> records, string key)
    {
        if (records.ContainsKey(key))
            Wake();
        return default;
    }

    private void Wake()
    {
        lock (_wake)
        {
            if (_wake.CurrentCount == 0)
                _wake.Release();
        }
    }
}
