using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Bus.Transports;
using Hutch.Web.Bus;

namespace Hutch.Web.Api.Fleet;

/// <summary>
/// The hosts, clusters and operations of the storage service on the bus, and the watchers, as last received: however many pages ask, the
/// storage is asked once a minute. Nothing is subscribed to before the first request. Safe for use by several threads.
/// </summary>
internal sealed class FleetView(BrokerAccess broker) : IAsyncDisposable
{
    // Notifications are enough as long as none is lost.
    private static readonly TimeSpan ListAge = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly ConcurrentDictionary<string, JsonObject> _hosts = new();
    private readonly ConcurrentDictionary<string, JsonObject> _operations = new();
    private readonly ConcurrentDictionary<(string Topic, string Id), long> _signs = new();
    private IAsyncDisposable? _listening;
    private IReadOnlyList<JsonObject> _clusters = [];
    private long _listed;
    private int _clustersChanged;

    /// <summary>The hosts without their facts, by address.</summary>
    public IEnumerable<JsonObject> Hosts => _hosts.Values;

    /// <summary>The operations, the latest first.</summary>
    public IEnumerable<JsonObject> Operations => _operations.Values.OrderByDescending(o => (string?)o["started_at"], StringComparer.Ordinal);

    /// <summary>The clusters.</summary>
    public IReadOnlyList<JsonObject> Clusters => _clusters;

    /// <summary>The processes that share a topic (watcher, clusterexec) and were heard of late.</summary>
    public IEnumerable<string> Alive(string topic) =>
        _signs.Where(s => s.Key.Topic == topic && Environment.TickCount64 - s.Value < Life.TotalMilliseconds).Select(s => s.Key.Id).Order(StringComparer.Ordinal);

    /// <summary>Sees to it that all is known.</summary>
    /// <exception cref="BusTimeoutException">The storage does not answer.</exception>
    /// <exception cref="BusUnroutableException">There is no storage.</exception>
    public async Task RefreshAsync(CancellationToken cancel)
    {
        if (IsFresh)
            return;
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (IsFresh)
                return;
            _listening ??= await ListenAsync(cancel).ConfigureAwait(false);
            if (Environment.TickCount64 - _listed >= ListAge.TotalMilliseconds || _listed == 0)
            {
                Take(_hosts, await ListAsync("Hosts", cancel).ConfigureAwait(false), "address");
                Take(_operations, await ListAsync("ClusterOperations", cancel).ConfigureAwait(false), "name");
                Interlocked.Exchange(ref _clustersChanged, 1);
            }
            // A notification has no members of the cluster, only that it has changed.
            if (Interlocked.Exchange(ref _clustersChanged, 0) != 0)
                _clusters = await ListAsync("Clusters", cancel).ConfigureAwait(false);
            _listed = Environment.TickCount64;
        }
        catch
        {
            Interlocked.Exchange(ref _clustersChanged, 1);
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_listening is { } listening)
            await listening.DisposeAsync().ConfigureAwait(false);
        _gate.Dispose();
    }

    private bool IsFresh => _listed != 0 && Environment.TickCount64 - _listed < ListAge.TotalMilliseconds && Volatile.Read(ref _clustersChanged) == 0;

    private async Task<IAsyncDisposable> ListenAsync(CancellationToken cancel)
    {
        var transport = broker.Bus.Transport;
        await transport.DeclareExchangeAsync(new ExchangeDeclaration(broker.Bus.Exchange, ExchangeType.Topic, Durable: true), cancel).ConfigureAwait(false);
        var queue = await transport.DeclareQueueAsync(new QueueDeclaration("", Exclusive: true, AutoDelete: true), cancel).ConfigureAwait(false);
        foreach (var key in (string[])["notify.storage.Host.*", "notify.storage.Cluster.*", "notify.storage.ClusterOperation.*", "notify.watcher.*", "notify.clusterexec.*"])
            await transport.BindAsync(queue, broker.Bus.Exchange, key, cancel).ConfigureAwait(false);
        return await transport.ConsumeAsync(queue, new ConsumeOptions { NoAck = true }, OnTold, cancel).ConfigureAwait(false);
    }

    private ValueTask OnTold(Delivery delivery)
    {
        var words = delivery.RoutingKey.Split('.');
        if (words is ["notify", "storage", var kind, var change])
        {
            if (kind == "Cluster")
                Interlocked.Exchange(ref _clustersChanged, 1);
            else if (JsonNode.Parse(delivery.Body.Span)?["model"] is JsonObject model)
                Take(kind == "Host" ? _hosts : _operations, change, model, kind == "Host" ? "address" : "name");
        }
        else if (words is ["notify", var topic, var sign])
        {
            var id = Encoding.UTF8.GetString(delivery.Body.Span);
            if (sign == "gone")
                _signs.TryRemove((topic, id), out _);
            else
                _signs[(topic, id)] = Environment.TickCount64;
        }
        return default;
    }

    private static void Take(ConcurrentDictionary<string, JsonObject> known, IReadOnlyList<JsonObject> records, string key)
    {
        foreach (var record in records)
            Take(known, "updated", record, key);
        foreach (var gone in known.Keys.Except(records.Select(r => (string?)r[key] ?? "")))
            known.TryRemove(gone, out _);
    }

    private static void Take(ConcurrentDictionary<string, JsonObject> known, string change, JsonObject record, string key)
    {
        if ((string?)record[key] is not { } name)
            return;
        record.Remove("facts");
        if (change == "deleted")
            known.TryRemove(name, out _);
        else
            known[name] = record;
    }

    private async Task<IReadOnlyList<JsonObject>> ListAsync(string list, CancellationToken cancel)
    {
        var records = await broker.Bus.CallAsync("storage.list", JsonSerializer.SerializeToElement(new { model_type_name = list }), cancel: cancel).ConfigureAwait(false);
        return [.. records.EnumerateArray().Select(r => JsonObject.Create(r)!)];
    }
}
