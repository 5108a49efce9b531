using System.CommandLine;
using System.Text.Json.Nodes;
using Hutch.Fleet.Records;
using Hutch.Fleet.Secrets;
using Hutch.Hosting.Secrets;

namespace Hutch.Cli;

/// <summary><c>hutch fleet container-managers list|show|add|remove</c>.</summary>
internal static class FleetContainerManagersCommand
{
    public static Command Create() => new("container-managers", "Manage what runs containers on the nodes of clusters. Example: hutch fleet container-managers list")
    {
        FleetCall.Create("container-managers list", "List the container managers. Example: hutch fleet container-managers list", [], (_, _, records, cancel) => records.ListAsync<ContainerManagerConfig>(cancel), managers => FleetCall.Print(managers,
            ("name", m => m.Name), ("type", m => m.Type), ("options", m => m.Options.ToJsonString()))),
        FleetCall.Show<ContainerManagerConfig>("container-managers show", "NAME"),
        Add(),
        FleetCall.Remove<ContainerManagerConfig>("container-managers remove", "NAME"),
    };

    private static Command Add()
    {
        var name = FleetCall.KeyArgument("NAME", "Its name.");
        var type = new Option<string>("--type") { Description = "kubernetes, openshift, podman, docker, systemd or trivial.", Required = true };
        var given = new Option<string>("--options") { Description = "Options of the type, as a JSON object. A value $NAME is replaced by the environment variable.", DefaultValueFactory = _ => "{}", HelpName = "JSON" };
        var ring = FleetContainersCommand.KeyRingOption();
        return FleetCall.Create("container-managers add", "Add or change a container manager. Secrets are sealed before they are sent. Example: hutch fleet container-managers add pods --type kubernetes --options '{\"server_url\": \"https://10.0.0.5:6443\", \"token\": \"$TOKEN\"}'",
            [name, type, given, ring], (options, _, records, cancel) =>
        {
            var members = FleetCall.ParseObject("--options", options.GetValue(given)!);
            foreach (var (member, value) in members.ToList())
            {
                if (value?.GetValueKind() == System.Text.Json.JsonValueKind.String && SecretNames.LooksSecret(member) && !SecretNames.NamesPath(member))
                    members[member] = new SecretSeal(options.GetValue(ring)!).Seal(Expanded(member, value.GetValue<string>()));
            }
            return records.SaveAsync(new ContainerManagerConfig { Name = options.GetValue(name)!, Type = options.GetValue(type)!, Options = members }, cancel);
        }, manager => Console.WriteLine($"container manager {manager.Name} is saved"));
    }

    private static string Expanded(string member, string value) => !value.StartsWith('$') ? value
        : Environment.GetEnvironmentVariable(value[1..].Trim('{', '}')) is { Length: > 0 } secret ? secret : throw new UsageErrorException($"--options: {member} is {value}, but the environment has no such variable");
}
