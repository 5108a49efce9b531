using System.CommandLine;
using Hutch.Fleet.Records;

namespace Hutch.Cli;

/// <summary><c>hutch fleet clusters list|show|add|remove|add-host|remove-host</c>.</summary>
internal static class FleetClustersCommand
{
    public static Command Create() => new("clusters", "Manage clusters, which are groups of hosts. Example: hutch fleet clusters list")
    {
        FleetCall.Create("clusters list", "List the clusters. Example: hutch fleet clusters list", [], (_, _, records, cancel) => records.ListAsync<Cluster>(cancel), clusters => FleetCall.Print(clusters,
            ("name", c => c.Name), ("hosts", c => $"{c.Hostset.Count}"), ("network", c => c.Network), ("container manager", c => c.ContainerManager))),
        FleetCall.Show<Cluster>("clusters show", "NAME"),
        Add(),
        FleetCall.Remove<Cluster>("clusters remove", "NAME"),
        ChangeHosts("add-host", "Add a host to a cluster.", (hosts, address) => hosts.Contains(address) ? hosts : hosts.Append(address)),
        ChangeHosts("remove-host", "Remove a host from a cluster.", (hosts, address) => hosts.Where(h => h != address)),
    };

    private static Command Add()
    {
        var name = FleetCall.KeyArgument("NAME", "Its name.");
        var network = new Option<string?>("--network") { Description = "The network of its containers. Default for a new cluster: default.", HelpName = "NAME" };
        var manager = new Option<string?>("--container-manager") { Description = "The name of its container manager; '' for none.", HelpName = "NAME" };
        return FleetCall.Create("clusters add", "Add or change a cluster. Example: hutch fleet clusters add beamline", [name, network, manager], (options, _, records, cancel) =>
        {
            // What is not given stays as it is stored.
            var given = new Dictionary<string, string> { ["name"] = options.GetValue(name)! };
            if (options.GetValue(network) is { } itsNetwork)
                given["network"] = itsNetwork;
            if (options.GetValue(manager) is { } itsManager)
                given["container_manager"] = itsManager;
            return records.UpdateAsync<Cluster>(given, cancel);
        }, cluster => Console.WriteLine($"cluster {cluster.Name} has {cluster.Hostset.Count} hosts"));
    }

    private static Command ChangeHosts(string verb, string description, Func<IReadOnlyList<string>, string, IEnumerable<string>> change)
    {
        var name = FleetCall.KeyArgument("NAME", "The cluster.");
        var address = FleetCall.KeyArgument("ADDRESS", "The host.");
        return FleetCall.Create($"clusters {verb}", $"{description} Example: hutch fleet clusters {verb} beamline 10.0.0.1", [name, address], async (options, _, records, cancel) =>
        {
            var cluster = await records.GetAsync<Cluster>(options.GetValue(name)!, cancel);
            var host = await records.GetAsync<Host>(options.GetValue(address)!, cancel);
            return await records.UpdateAsync<Cluster>(new { name = cluster.Name, hostset = change(cluster.Hostset, host.Address) }, cancel);
        }, cluster => Console.WriteLine($"cluster {cluster.Name} has {cluster.Hostset.Count} hosts"));
    }
}
