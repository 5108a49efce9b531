using System.Text.Json.Nodes;

namespace Hutch.Fleet.Containers;

/// <summary>What runs containers on nodes. Every method may be called by several threads.</summary>
/// <remarks>What the engine refuses, and an engine that is away, is a <see cref="Bus.ContainerManagerException"/>.</remarks>
internal interface IContainerManager : IDisposable
{
    /// <summary>Makes a host a node. One that is a node already stays one.</summary>
    Task RegisterAsync(string address, CancellationToken cancel);

    /// <summary>Takes a node out. What runs there goes on.</summary>
    Task RemoveAsync(string address, CancellationToken cancel);

    /// <summary>Whether a host is a node.</summary>
    Task<bool> IsRegisteredAsync(string address, CancellationToken cancel);

    /// <summary>All nodes, with what the engine says of each.</summary>
    Task<IReadOnlyList<NodeState>> ListNodesAsync(CancellationToken cancel);

    /// <summary>What the engine says of a node, in its own words.</summary>
    Task<JsonObject> StatusAsync(string address, CancellationToken cancel);

    /// <summary>Starts a container on a node, and returns it as it is when it has been started.</summary>
    Task<Container> RunAsync(ContainerSpec spec, CancellationToken cancel);

    /// <summary>Stops a container and forgets it; also one that has ended.</summary>
    Task StopAsync(string address, string name, CancellationToken cancel);

    /// <summary>The containers of a node, or of all, that were started by this manager.</summary>
    Task<IReadOnlyList<Container>> ListContainersAsync(string? address, CancellationToken cancel);
}
