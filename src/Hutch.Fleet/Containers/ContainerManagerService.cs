using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Fleet.Records;
using Hutch.Fleet.Secrets;
using Hutch.Fleet.Storage;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Containers;

/// <summary>
/// Container managers on the bus, under the method names, parameters and results of Commissaire's: <c>container.register_node</c> and so on; and, of Hutch's
/// own, what runs containers. Hosts and clusters that change or go take their nodes with them.
/// </summary>
[BusError(typeof(UserErrorException))]
internal sealed class ContainerManagerService : BusService
{
    private readonly ContainerManagerOptions _options;
    private readonly IReadOnlyDictionary<string, ContainerManagerConfig> _configured;
    private readonly SecretSeal _seal;
    private readonly ConcurrentDictionary<string, bool> _gone = new();
    private readonly List<IAsyncDisposable> _subscriptions = [];
    private StorageClient? _records;
    private ContainerManagers? _managers;
    private Memberships? _memberships;
    private long _carryOverAt;

    /// <summary>Makes the service.</summary>
    public ContainerManagerService(string url, BusOptions bus, ContainerManagerOptions options, IReadOnlyDictionary<string, ContainerManagerConfig> configured, SecretSeal seal, ILogger? logger = null)
        : base(url, new ServeOptions { Name = "containermgr", Queues = [new BusQueue("containermgr", "container.*")], Concurrency = options.Concurrency }, bus, logger)
    {
        (_options, _configured, _seal) = (options, configured, seal);
    }

    /// <summary>Returns if a host is a node of a container manager, and is an error if not.</summary>
    public async Task OnNodeRegistered(string containerManagerName, string address, CancellationToken cancel)
    {
        if (!await (await GetAsync(containerManagerName, cancel)).IsRegisteredAsync(address, cancel))
            throw new ManagedNodes(_records!, containerManagerName).NotRegistered(address);
    }

    /// <summary>Makes a host a node of a container manager.</summary>
    public async Task OnRegisterNode(string containerManagerName, string address, CancellationToken cancel)
    {
        await (await GetAsync(containerManagerName, cancel)).RegisterAsync(address, cancel);
        Logger.LogInformation("node {Address} is registered with container manager {Manager}", address, containerManagerName);
    }

    /// <summary>Takes a node out of a container manager.</summary>
    public async Task OnRemoveNode(string containerManagerName, string address, CancellationToken cancel)
    {
        await (await GetAsync(containerManagerName, cancel)).RemoveAsync(address, cancel);
        Logger.LogInformation("node {Address} is removed from container manager {Manager}", address, containerManagerName);
    }

    /// <summary>Takes all nodes that were registered here out of a container manager.</summary>
    public async Task OnRemoveAllNodes(string containerManagerName, CancellationToken cancel)
    {
        var manager = await GetAsync(containerManagerName, cancel);
        foreach (var address in await new ManagedNodes(_records!, containerManagerName).ListAsync(cancel))
            await manager.RemoveAsync(address, cancel);
        Logger.LogInformation("all nodes are removed from container manager {Manager}", containerManagerName);
    }

    /// <summary>What a container manager says of a node, in its own words: of Kubernetes the whole node object.</summary>
    public async Task<JsonObject> OnGetNodeStatus(string containerManagerName, string address, CancellationToken cancel) => await (await GetAsync(containerManagerName, cancel)).StatusAsync(address, cancel);

    /// <summary>The container managers, without secrets.</summary>
    public Task<IReadOnlyList<ContainerManagerConfig>> OnListManagers(CancellationToken cancel) => _managers!.ListAsync(cancel);

    /// <summary>The nodes of a container manager, in the same words for all kinds.</summary>
    public async Task<IReadOnlyList<NodeState>> OnListNodes(string containerManagerName, CancellationToken cancel) =>
        [.. (await (await GetAsync(containerManagerName, cancel)).ListNodesAsync(cancel)).OrderBy(n => n.Node, StringComparer.Ordinal)];

    /// <summary>Starts a container on a node.</summary>
    /// <param name="containerManagerName">The container manager.</param>
    /// <param name="address">The node.</param>
    /// <param name="image">The image; on plain nodes a folder there, or empty.</param>
    /// <param name="command">Command and arguments; empty for those of the image.</param>
    /// <param name="name">Its name; one is made if left out.</param>
    /// <param name="environment">Variables; values may be sealed.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The container as it was just after its start.</returns>
    public async Task<Container> OnRunContainer(string containerManagerName, string address, string image = "", IReadOnlyList<string>? command = null, string? name = null, IReadOnlyDictionary<string, string>? environment = null, CancellationToken cancel = default)
    {
        var variables = (environment ?? new Dictionary<string, string>()).ToDictionary(v => v.Key, v => _seal.Open(v.Value));
        ContainerSpec.CheckVariables(variables.Keys);
        var spec = new ContainerSpec { Address = address, Name = ContainerSpec.NameOf(name, image), Image = image, Command = command ?? [], Environment = variables };
        var container = await (await GetAsync(containerManagerName, cancel)).RunAsync(spec, cancel);
        Logger.LogInformation("container {Name} was started on node {Address} of container manager {Manager}", container.Name, address, containerManagerName);
        return container;
    }

    /// <summary>Stops a container and forgets it, also one that has ended.</summary>
    /// <param name="containerManagerName">The container manager.</param>
    /// <param name="name">The container.</param>
    /// <param name="address">Its node; need not be given when only one has such a container.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task OnStopContainer(string containerManagerName, string name, string? address = null, CancellationToken cancel = default)
    {
        var manager = await GetAsync(containerManagerName, cancel);
        var all = Sorted(await manager.ListContainersAsync(address, cancel));
        var found = all.Where(c => c.Name == name).ToList();
        if (found.Count == 0 && all.FirstOrDefault(c => c.Name.Length == 0) is { } silent)
            throw new ContainerManagerException($"container {name} was not found on the nodes of container manager {containerManagerName} that answer; this one does not: {silent.Reason}");
        if (found.Count == 0)
            throw new ContainerManagerException($"there is no container {name} {(address is null ? "" : $"on node {address} ")}of container manager {containerManagerName}; there {(all.Count == 0 ? "is none" : $"are {string.Join(", ", all.Select(c => c.Name))}")}");
        if (found.Count > 1)
            throw new ContainerManagerException($"there is a container {name} on the nodes {string.Join(", ", found.Select(c => c.Node))}; choose one with address");
        await manager.StopAsync(found[0].Node, name, cancel);
        Logger.LogInformation("container {Name} of node {Address} was stopped", name, found[0].Node);
    }

    /// <summary>The containers that were started by a container manager, on one node or all; those of others are not shown.</summary>
    public async Task<IReadOnlyList<Container>> OnListContainers(string containerManagerName, string? address = null, CancellationToken cancel = default) =>
        Sorted(await (await GetAsync(containerManagerName, cancel)).ListContainersAsync(address, cancel));

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        base.OnStarting();
        _records = new StorageClient(Bus);
        _managers = new ContainerManagers(_configured, _records, _seal, _options.Ssh);
        _memberships = new Memberships(_records, _managers, Logger);
        _carryOverAt = Environment.TickCount64;
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        var pause = base.Iterate(stop);
        var deadline = Environment.TickCount64 + (long)(pause ?? TimeSpan.FromSeconds(10)).TotalMilliseconds;
        while (Environment.TickCount64 < deadline && !stop.IsCancellationRequested)
        {
            LookAfterAsync(stop).GetAwaiter().GetResult();
            stop.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(100));
        }
        return TimeSpan.Zero;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        base.OnStopped();
        foreach (var subscription in _subscriptions)
            subscription.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _subscriptions.Clear();
        _managers?.Dispose();
    }

    private static List<Container> Sorted(IEnumerable<Container> containers) => [.. containers.OrderBy(c => c.Node, StringComparer.Ordinal).ThenBy(c => c.Name, StringComparer.Ordinal)];

    private async Task<IContainerManager> GetAsync(string name, CancellationToken cancel)
    {
        try
        {
            return await _managers!.GetAsync(name, cancel);
        }
        catch (Exception error) when (error is BusTimeoutException or BusUnroutableException)
        {
            throw new UserErrorException($"container manager {name} cannot be looked up: {error.Message}; start the storage service with: hutch run storage", error);
        }
    }

    private async Task LookAfterAsync(CancellationToken stop)
    {
        try
        {
            if (_subscriptions.Count == 0)
            {
                _subscriptions.Add(await _records!.ListenAsync<Cluster>((_, _) => Settle(), stop));
                _subscriptions.Add(await _records!.ListenAsync<Host>((change, host) =>
                {
                    if (change == "deleted")
                        _gone[host.Address] = true;
                    return change == "deleted" ? Settle() : default;
                }, stop));
            }
            if (Environment.TickCount64 < Interlocked.Read(ref _carryOverAt))
                return;
            Interlocked.Exchange(ref _carryOverAt, long.MaxValue);
            var gone = _gone.Keys.ToList();
            if (await _memberships!.CarryOverAsync(gone, stop))
                gone.ForEach(address => _gone.TryRemove(address, out _));
            else
                TryAgain();
        }
        catch (Exception error) when (error is RpcException or BusTimeoutException or BusUnroutableException)
        {
            Logger.LogWarning("{Service} is waiting for the storage: {Message}", ServiceName, error.Message);
            TryAgain();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It stops.
        }
    }

    private ValueTask Settle()
    {
        Interlocked.Exchange(ref _carryOverAt, Environment.TickCount64 + (long)(_options.SettleS * 1000));
        return default;
    }

    // A change that comes meanwhile is not put off.
    private void TryAgain() => Interlocked.CompareExchange(ref _carryOverAt, Environment.TickCount64 + (long)(_options.RetryS * 1000), long.MaxValue);
}
