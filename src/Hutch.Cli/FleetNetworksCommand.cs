using System.CommandLine;
using Hutch.Fleet.Records;

namespace Hutch.Cli;

/// <summary><c>hutch fleet networks list|show|add|remove</c>.</summary>
internal static class FleetNetworksCommand
{
    public static Command Create() => new("networks", "Manage the networks that the containers of clusters share. Example: hutch fleet networks list")
    {
        FleetCall.Create("networks list", "List the networks. Example: hutch fleet networks list", [], (_, _, records, cancel) => records.ListAsync<Network>(cancel), networks => FleetCall.Print(networks,
            ("name", n => n.Name), ("type", n => n.Type), ("options", n => n.Options.ToJsonString()))),
        FleetCall.Show<Network>("networks show", "NAME"),
        Add(),
        FleetCall.Remove<Network>("networks remove", "NAME"),
    };

    private static Command Add()
    {
        var name = FleetCall.KeyArgument("NAME", "Its name.");
        var type = new Option<string>("--type") { Description = "flannel_etcd or flannel_server.", DefaultValueFactory = _ => "flannel_etcd" };
        var given = new Option<string>("--options") { Description = "Options of the type, as a JSON object.", DefaultValueFactory = _ => "{}", HelpName = "JSON" };
        return FleetCall.Create("networks add", "Add or change a network. Example: hutch fleet networks add n1 --type flannel_server --options '{\"address\": \"10.0.0.9\"}'", [name, type, given], (options, _, records, cancel) =>
            records.SaveAsync(new Network { Name = options.GetValue(name)!, Type = options.GetValue(type)!, Options = FleetCall.ParseObject("--options", options.GetValue(given)!) }, cancel),
            network => Console.WriteLine($"network {network.Name} is saved"));
    }
}
