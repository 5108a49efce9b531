using System.Text.Json.Nodes;
using Hutch.Bus;

namespace Hutch.Fleet.Containers;

/// <summary>A container manager whose engine, one on each node, knows of no others: which nodes there are stands in the records.</summary>
internal abstract class RecordedManager(string name, ManagedNodes nodes) : IContainerManager
{
    private const int AtOnce = 16;

    /// <summary>The name of the manager.</summary>
    protected string Name => name;

    /// <summary>Its nodes.</summary>
    protected ManagedNodes Nodes => nodes;

    public virtual async Task RegisterAsync(string address, CancellationToken cancel)
    {
        await ProbeAsync(address, cancel).ConfigureAwait(false);
        await nodes.AddAsync(address, cancel).ConfigureAwait(false);
    }

    public async Task RemoveAsync(string address, CancellationToken cancel)
    {
        if (!await nodes.RemoveAsync(address, cancel).ConfigureAwait(false))
            throw nodes.NotRegistered(address);
    }

    public Task<bool> IsRegisteredAsync(string address, CancellationToken cancel) => nodes.HasAsync(address, cancel);

    public async Task<IReadOnlyList<NodeState>> ListNodesAsync(CancellationToken cancel) => await OnEachAsync(await nodes.ListAsync(cancel).ConfigureAwait(false), async address =>
    {
        await ProbeAsync(address, cancel).ConfigureAwait(false);
        return new NodeState(address, NodeState.Ok);
    }, (address, reason) => new NodeState(address, NodeState.Unreachable, reason), cancel).ConfigureAwait(false);

    public async Task<JsonObject> StatusAsync(string address, CancellationToken cancel)
    {
        await RequireAsync(address, cancel).ConfigureAwait(false);
        return await ProbeAsync(address, cancel).ConfigureAwait(false);
    }

    public async Task<Container> RunAsync(ContainerSpec spec, CancellationToken cancel)
    {
        await RequireAsync(spec.Address, cancel).ConfigureAwait(false);
        return await StartAsync(spec, cancel).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<Container>> ListContainersAsync(string? address, CancellationToken cancel)
    {
        if (address is not null)
        {
            await RequireAsync(address, cancel).ConfigureAwait(false);
            return await ListAsync(address, cancel).ConfigureAwait(false);
        }
        var found = await OnEachAsync(await nodes.ListAsync(cancel).ConfigureAwait(false), node => ListAsync(node, cancel),
            (node, reason) => [new Container("", node, "", Container.Unknown, Reason: reason)], cancel).ConfigureAwait(false);
        return [.. found.SelectMany(c => c)];
    }

    public abstract Task StopAsync(string address, string name, CancellationToken cancel);

    public virtual void Dispose()
    {
    }

    /// <summary>Asks a host, a node or not, whether containers can run there.</summary>
    protected abstract Task<JsonObject> ProbeAsync(string address, CancellationToken cancel);

    protected abstract Task<Container> StartAsync(ContainerSpec spec, CancellationToken cancel);

    protected abstract Task<IReadOnlyList<Container>> ListAsync(string address, CancellationToken cancel);

    private async Task RequireAsync(string address, CancellationToken cancel)
    {
        if (!await nodes.HasAsync(address, cancel).ConfigureAwait(false))
            throw nodes.NotRegistered(address);
    }

    // One node that is away must not hide the others.
    private static async Task<T[]> OnEachAsync<T>(IReadOnlyList<string> addresses, Func<string, Task<T>> ask, Func<string, string, T> away, CancellationToken cancel)
    {
        var answers = new T[addresses.Count];
        await Parallel.ForAsync(0, answers.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (i, _) =>
        {
            try
            {
                answers[i] = await ask(addresses[i]).ConfigureAwait(false);
            }
            catch (ContainerManagerException error)
            {
                answers[i] = away(addresses[i], error.Message);
            }
        }).ConfigureAwait(false);
        return answers;
    }
}
