using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Bus.Methods;
using Hutch.Bus.Requests;
using Hutch.Bus.Transports;
using Hutch.Fleet.Records;
using Hutch.Fleet.Secrets;
using Hutch.Fleet.Sharing;
using Hutch.Fleet.Ssh;
using Hutch.Fleet.Storage;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Execution;

/// <summary>
/// Upgrades, restarts and deployments across a cluster, and any command: <c>jobs.clusterexec.*</c>, as Commissaire's clusterexec. Each answers at once
/// with its record; its progress is in the record, and published as statuses of the request with its id. An operation whose executor died is taken over by another.
/// </summary>
[BusError(typeof(UserErrorException))]
internal sealed class ClusterExec : BusService
{
    private const string Source = "cluster-exec";

    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(200);

    private readonly ClusterExecOptions _options;
    private readonly SecretSeal _seal;
    private readonly ConcurrentDictionary<string, (OperationRun Run, Task Task)> _running = new();
    private readonly SemaphoreSlim _beginning = new(1);
    private readonly List<IAsyncDisposable> _subscriptions = [];
    private CancellationTokenSource _stop = new();
    private StorageClient? _records;
    private SshRoutes? _routes;
    private PeerSigns? _signs;
    private long _nextLook;
    private int _othersChanged;

    /// <summary>Makes the service.</summary>
    public ClusterExec(string url, BusOptions bus, ClusterExecOptions options, SecretSeal seal, ILogger? logger = null)
        : base(url, new ServeOptions { Name = Source, Queues = [new BusQueue("clusterexec", "jobs.clusterexec.*")] }, bus, logger) => (_options, _seal) = (options, seal);

    /// <summary>Names this process among the executors.</summary>
    public string Id { get; } = PeerSigns.NewId();

    /// <summary>Upgrades the operating systems of a cluster's hosts, one batch after another.</summary>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="batchSize">How many at once.</param>
    public async Task<JsonObject> OnUpgrade(string clusterName, int? batchSize = null) => Deployed(await BeginAsync(new ClusterOperation { Name = NewId(), Cluster = clusterName, Operation = "upgrade", BatchSize = Batch(batchSize) }));

    /// <summary>Restarts a cluster's hosts, one batch after another.</summary>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="batchSize">How many at once.</param>
    public async Task<JsonObject> OnRestart(string clusterName, int? batchSize = null) => Deployed(await BeginAsync(new ClusterOperation { Name = NewId(), Cluster = clusterName, Operation = "restart", BatchSize = Batch(batchSize) }));

    /// <summary>Deploys a version to a cluster's hosts, one batch after another.</summary>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="version">The version.</param>
    /// <param name="batchSize">How many at once.</param>
    public async Task<JsonObject> OnDeploy(string clusterName, string version, int? batchSize = null) => Deployed(await BeginAsync(new ClusterOperation { Name = NewId(), Cluster = clusterName, Operation = "deploy", Version = version, BatchSize = Batch(batchSize) }));

    /// <summary>Runs an operation of any kind, and returns its whole record.</summary>
    /// <param name="clusterName">The cluster.</param>
    /// <param name="operation">run, upgrade, restart or deploy.</param>
    /// <param name="command">The command of run, for sh.</param>
    /// <param name="version">The version of deploy.</param>
    /// <param name="batchSize">How many at once.</param>
    /// <param name="check">A command that must end well on each host before the next batch.</param>
    /// <param name="keepGoing">Whether hosts that fail do not stop it.</param>
    public async Task<ClusterOperation> OnRun(string clusterName, string operation = "run", string command = "", string version = "", int? batchSize = null, string check = "", bool keepGoing = false)
    {
        if (operation is not ("run" or "upgrade" or "restart" or "deploy"))
            throw new UserErrorException($"operation is {operation}; it must be run, upgrade, restart or deploy");
        if (operation == "run" && string.IsNullOrWhiteSpace(command))
            throw new UserErrorException("the command is empty");
        return await BeginAsync(new ClusterOperation { Name = NewId(), Cluster = clusterName, Operation = operation, Command = command, Version = version, BatchSize = Batch(batchSize), Check = check, KeepGoing = keepGoing ? 1 : 0 });
    }

    /// <summary>Kills an operation: what runs is ended, what waits does not begin.</summary>
    /// <param name="id">Its id.</param>
    public async Task<ClusterOperation> OnKill(string id)
    {
        var operation = await _records!.GetAsync<ClusterOperation>(id);
        if (operation.Status != OperationStatus.InProcess)
            throw new UserErrorException($"operation {id} is already {operation.Status}");
        return await _records.UpdateAsync<ClusterOperation>(new { name = id, kill = 1 }, existingOnly: true);
    }

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        base.OnStarting();
        _stop = new CancellationTokenSource();
        _records = new StorageClient(Bus);
        _routes = new SshRoutes(_records, _seal);
        _signs = new PeerSigns(Bus, "clusterexec", Id, TimeSpan.FromSeconds(_options.BeatS), () => Interlocked.Exchange(ref _othersChanged, 1));
        _nextLook = 0;
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        var pause = base.Iterate(stop);
        var deadline = Environment.TickCount64 + (long)(pause ?? TimeSpan.FromSeconds(10)).TotalMilliseconds;
        while (Environment.TickCount64 < deadline && !stop.IsCancellationRequested)
        {
            Beat();
            LookAfterAsync(stop).GetAwaiter().GetResult();
            stop.WaitHandle.WaitOne(LookPause);
        }
        return TimeSpan.Zero;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        // No operation begins here any more.
        base.OnStopped();
        // What runs on hosts goes on there; the executor that takes over asks for it.
        _stop.Cancel();
        Task.WhenAll(_running.Values.Select(r => r.Task)).ContinueWith(_ => { }, TaskScheduler.Default).Wait(TimeSpan.FromSeconds(10));
        CloseAsync().GetAwaiter().GetResult();
        _stop.Dispose();
    }

    private static string NewId() => Guid.NewGuid().ToString();

    private int Batch(int? given) => (given ?? _options.BatchSize) is > 0 and var size ? size : throw new UserErrorException($"batch_size is {given}; it must be at least 1");

    private static JsonObject Deployed(ClusterOperation operation)
    {
        var (type, record) = DeployedOperation.Of(operation)!.Value;
        return type.Complete(record, null);
    }

    private async Task<ClusterOperation> BeginAsync(ClusterOperation wanted)
    {
        await _beginning.WaitAsync(_stop.Token);
        try
        {
            var cluster = await _records!.GetAsync<Cluster>(wanted.Cluster);
            if (cluster.Hostset.Count == 0)
                throw new UserErrorException($"cluster {cluster.Name} has no hosts; add one with: hutch fleet clusters add-host {cluster.Name} ADDRESS");
            if ((await _records.ListAsync<ClusterOperation>()).FirstOrDefault(o => o.Cluster == cluster.Name && o.Status == OperationStatus.InProcess) is { } other)
                throw new RpcException(RpcErrorCodes.Conflict, $"{other.Operation} {other.Name} of cluster {cluster.Name} is in process; wait for its end, or kill it: hutch call jobs.clusterexec.kill '{{\"id\": \"{other.Name}\"}}'");
            var operation = await _records.SaveAsync(wanted with
            {
                Status = OperationStatus.InProcess,
                StartedAt = RecordTime.Write(DateTimeOffset.UtcNow),
                Executor = Id,
                Hosts = new JsonObject(cluster.Hostset.Distinct().Select(h => KeyValuePair.Create<string, JsonNode?>(h, new JsonObject { ["state"] = HostState.Waiting }))),
            });
            await TellAsync(operation);
            Run(operation);
            return operation;
        }
        finally
        {
            _beginning.Release();
        }
    }

    private void Run(ClusterOperation operation)
    {
        var run = new OperationRun(operation, _options, _records!, _routes!, TellAsync, Logger);
        if (operation.Kill != 0)
            run.Kill();
        var stop = _stop.Token;
        _running[operation.Name] = (run, Task.Run(async () =>
        {
            try
            {
                await run.RunAsync(stop);
            }
            catch (Exception error) when (!stop.IsCancellationRequested)
            {
                Logger.LogError(error, "operation {Id} stopped", operation.Name);
            }
            finally
            {
                _running.TryRemove(operation.Name, out _);
                run.Dispose();
            }
        }, CancellationToken.None));
    }

    // Tells others that this one is there, and takes over what those leave behind that are not.
    private async Task LookAfterAsync(CancellationToken stop)
    {
        try
        {
            if (_subscriptions.Count == 0)
            {
                _subscriptions.Add(await _records!.ListenAsync<ClusterOperation>(OnChanged, stop));
                await RequestExchanges.DeclareAsync(Bus.Transport, stop);
                _subscriptions.Add(await RequestExchanges.SubscribeAsync(Bus.Transport, RequestExchanges.Kill, Source, noAck: true, OnKillMessage, stop));
                await _signs!.StartAsync(stop);
                _nextLook = Environment.TickCount64 + (long)(_options.BeatS * 2000);   // by then the others have announced themselves
            }
            await _signs!.BeatAsync(stop);
            if (Interlocked.Exchange(ref _othersChanged, 0) == 0 && Environment.TickCount64 < _nextLook)
                return;
            _nextLook = Environment.TickCount64 + (long)(_options.BeatS * 5000);
            foreach (var operation in await _records!.ListAsync<ClusterOperation>(stop))
            {
                if (operation.Status != OperationStatus.InProcess || _running.ContainsKey(operation.Name) || (operation.Executor != Id && _signs.Peers.IsAlive(operation.Executor)) || !_signs.Peers.IsOurs(operation.Name))
                    continue;
                Logger.LogWarning("{Operation} {Id} of cluster {Cluster} was left behind by {Executor}; resuming it", operation.Operation, operation.Name, operation.Cluster, operation.Executor);
                Run(await _records.UpdateAsync<ClusterOperation>(new { name = operation.Name, executor = Id }, existingOnly: true, stop));
            }
        }
        catch (Exception error) when (error is RpcException or BusTimeoutException or BusUnroutableException)
        {
            Logger.LogWarning("{Service} is waiting for the storage: {Message}", ServiceName, error.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It stops.
        }
    }

    private ValueTask OnChanged(string change, ClusterOperation operation)
    {
        if ((operation.Kill != 0 || change == "deleted") && _running.TryGetValue(operation.Name, out var running))
            running.Run.Kill();
        return default;
    }

    private ValueTask OnKillMessage(Delivery delivery)
    {
        if (delivery.Properties.CorrelationId is { } id && _running.TryGetValue(id, out var running))
            running.Run.Kill();
        return default;
    }

    // As a status of std-daq: start while it goes on, with how far it is, then success or fail. And in the records that Commissaire's programs look at.
    private async Task TellAsync(ClusterOperation operation)
    {
        var done = operation.Hosts.Count(h => (string?)h.Value!["state"] == HostState.Done);
        var (action, message) = operation.Status switch
        {
            OperationStatus.InProcess => (RequestAction.Start, $"{done} of {operation.Hosts.Count} hosts"),
            OperationStatus.Finished => (RequestAction.Success, $"{done} of {operation.Hosts.Count} hosts"),
            _ => (RequestAction.Fail, operation.Status == OperationStatus.Killed ? $"killed after {done} of {operation.Hosts.Count} hosts" : operation.Reason),
        };
        var body = JsonSerializer.SerializeToUtf8Bytes(new { operation = operation.Operation, cluster = operation.Cluster, command = operation.Command, version = operation.Version }, BusJson.Options);
        await RequestExchanges.DeclareAsync(Bus.Transport, CancellationToken.None);
        await Bus.Transport.PublishAsync(RequestExchanges.Status, Source, StatusWire.Properties(operation.Name, action, Source, message), body);
        if (DeployedOperation.Of(operation) is { } deployed)
        {
            try
            {
                await Bus.CallAsync("storage.save", new JsonObject { ["model_type_name"] = deployed.Type.Name, ["model_json_data"] = deployed.Record });
            }
            catch (Exception error) when (error is BusTimeoutException or BusUnroutableException)
            {
                Logger.LogWarning("{Id} could not be saved by storage: {Message}", operation.Name, error.Message);
            }
        }
    }

    private async Task CloseAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            if (_signs is { } signs)
            {
                await signs.LeaveAsync(patience.Token);
                await signs.DisposeAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The broker is away.
        }
        foreach (var subscription in _subscriptions)
            await subscription.DisposeAsync();
        _subscriptions.Clear();
    }
}
