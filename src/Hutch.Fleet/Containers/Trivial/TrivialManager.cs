using System.Text.Json.Nodes;
using Hutch.Bus;

namespace Hutch.Fleet.Containers.Trivial;

/// <summary>Knows the nodes that were registered, and runs nothing.</summary>
internal sealed class TrivialManager(string name, ManagedNodes nodes) : RecordedManager(name, nodes)
{
    public override Task StopAsync(string address, string name, CancellationToken cancel) => throw RunsNothing();

    protected override Task<JsonObject> ProbeAsync(string address, CancellationToken cancel) => Task.FromResult(new JsonObject { ["node"] = address, ["status"] = NodeState.Ok });

    protected override Task<Container> StartAsync(ContainerSpec spec, CancellationToken cancel) => throw RunsNothing();

    protected override Task<IReadOnlyList<Container>> ListAsync(string address, CancellationToken cancel) => Task.FromResult<IReadOnlyList<Container>>([]);

    private ContainerManagerException RunsNothing() => new($"container manager {Name} is trivial and runs nothing; make it podman, docker, systemd or kubernetes");
}
