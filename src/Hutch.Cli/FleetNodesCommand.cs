using System.CommandLine;

namespace Hutch.Cli;

/// <summary><c>hutch fleet nodes list</c>.</summary>
internal static class FleetNodesCommand
{
    public static Command Create() => new("nodes", "Show hosts as their container manager sees them. Example: hutch fleet nodes list beamline") { List() };

    private static Command List()
    {
        var cluster = FleetCall.KeyArgument("CLUSTER", "The cluster.");
        return FleetCall.Create("nodes list", "List the nodes of a cluster. Example: hutch fleet nodes list beamline", [cluster], async (options, bus, records, cancel) =>
        {
            var of = await FleetContainersCommand.ManagedAsync(records, options.GetValue(cluster)!, cancel);
            var nodes = await bus.CallAsync("container.list_nodes", new { container_manager_name = of.ContainerManager }, FleetContainersCommand.Patient, cancel);
            return nodes.EnumerateArray().Where(n => of.Hostset.Contains(n.GetProperty("node").GetString()!)).ToList();
        }, nodes => FleetCall.Print(nodes, ("node", n => $"{n.GetProperty("node")}"), ("status", n => $"{n.GetProperty("status")}"), ("reason", n => $"{n.GetProperty("reason")}")));
    }
}
