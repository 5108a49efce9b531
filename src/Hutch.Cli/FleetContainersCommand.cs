using System.CommandLine;
using System.Text.Json;
using Hutch.Bus;
using Hutch.Fleet.Records;
using Hutch.Fleet.Secrets;
using Hutch.Fleet.Storage;
using Hutch.Hosting.Secrets;

namespace Hutch.Cli;

/// <summary><c>hutch fleet containers list|run|stop</c>.</summary>
internal static class FleetContainersCommand
{
    /// <summary>For calls that may have to start something on a machine that is busy.</summary>
    public static CallOptions Patient { get; } = new() { Timeout = TimeSpan.FromMinutes(2) };

    public static Command Create() => new("containers", "Manage containers on the nodes of a cluster. Example: hutch fleet containers list beamline") { List(), Run(), Stop() };

    /// <summary>A cluster with a container manager.</summary>
    /// <exception cref="UserErrorException">It has none.</exception>
    public static async Task<Cluster> ManagedAsync(StorageClient records, string name, CancellationToken cancel)
    {
        var cluster = await records.GetAsync<Cluster>(name, cancel);
        return cluster.ContainerManager.Length > 0 ? cluster
            : throw new UserErrorException($"cluster {name} has no container manager; give it one with: hutch fleet clusters add {name} --container-manager NAME (and see: hutch fleet container-managers list)");
    }

    /// <summary><c>--key-ring</c>.</summary>
    public static Option<string> KeyRingOption() => new("--key-ring") { Description = "The folder with the keys that seal secrets: the storage service's own, or a copy.", DefaultValueFactory = _ => SecretSeal.DefaultFolder, HelpName = "FOLDER" };

    private static Command List()
    {
        var cluster = FleetCall.KeyArgument("CLUSTER", "The cluster.");
        return FleetCall.Create("containers list", "List the containers that are running, or that exited without being stopped. Example: hutch fleet containers list beamline", [cluster], async (options, bus, records, cancel) =>
        {
            var of = await ManagedAsync(records, options.GetValue(cluster)!, cancel);
            var containers = await bus.CallAsync("container.list_containers", new { container_manager_name = of.ContainerManager }, Patient, cancel);
            return containers.EnumerateArray().Where(c => of.Hostset.Contains(c.GetProperty("node").GetString()!)).ToList();
        }, Print);
    }

    private static Command Run()
    {
        var cluster = FleetCall.KeyArgument("CLUSTER", "The cluster.");
        var words = new Argument<string[]>("CMD") { Description = "Command and arguments, after --. Default: those of the image.", Arity = ArgumentArity.ZeroOrMore };
        var node = NodeOption("Where it runs. Default: the host of a cluster that has only one.");
        var image = new Option<string>("--image") { Description = "Its image; on plain systemd nodes, a folder there to use as its root, or nothing.", DefaultValueFactory = _ => "" };
        var name = new Option<string?>("--name") { Description = "Its name. Default: derived from the image." };
        var variables = new Option<string[]>("--env") { Description = "An environment variable of the container; without a value, it is copied from this environment: use that for secrets.", HelpName = "NAME[=VALUE]" };
        var ring = KeyRingOption();
        return FleetCall.Create("containers run", "Start a container on a node. Example: hutch fleet containers run beamline --node 10.0.0.1 --image receiver:1.2 --name receiver -- --port 50000", [cluster, words, node, image, name, variables, ring], async (options, bus, records, cancel) =>
        {
            var of = await ManagedAsync(records, options.GetValue(cluster)!, cancel);
            var address = options.GetValue(node) ?? (of.Hostset.Count == 1 ? of.Hostset[0] : throw new UsageErrorException($"cluster {of.Name} has {of.Hostset.Count} hosts; choose one with --node: {string.Join(", ", of.Hostset)}"));
            if (!of.Hostset.Contains(address))
                throw new UserErrorException($"host {address} is not in cluster {of.Name}, which has {string.Join(", ", of.Hostset)}");
            var environment = (options.GetValue(variables) ?? []).Select(v => v.Split('=', 2)).GroupBy(v => v[0]).ToDictionary(v => v.Key, v => Valued(v.Last(), options.GetValue(ring)!));
            return new List<JsonElement> { await bus.CallAsync("container.run_container", new { container_manager_name = of.ContainerManager, address, image = options.GetValue(image)!, command = options.GetValue(words)!, name = options.GetValue(name), environment }, Patient, cancel) };
        }, Print);
    }

    private static Command Stop()
    {
        var cluster = FleetCall.KeyArgument("CLUSTER", "The cluster.");
        var name = FleetCall.KeyArgument("NAME", "The container.");
        var node = NodeOption("Its node, if several have a container of that name.");
        return FleetCall.Create("containers stop", "Stop a container and remove it. Example: hutch fleet containers stop beamline receiver", [cluster, name, node], async (options, bus, records, cancel) =>
        {
            var of = await ManagedAsync(records, options.GetValue(cluster)!, cancel);
            await bus.CallAsync("container.stop_container", new { container_manager_name = of.ContainerManager, name = options.GetValue(name)!, address = options.GetValue(node) }, Patient, cancel);
            return new { stopped = options.GetValue(name)! };
        }, result => Console.WriteLine($"{result.stopped} is stopped"));
    }

    private static Option<string?> NodeOption(string description) => new("--node") { Description = description, HelpName = "ADDRESS" };

    private static void Print(List<JsonElement> containers) => FleetCall.Print(containers, ("name", c => $"{c.GetProperty("name")}"), ("node", c => $"{c.GetProperty("node")}"), ("image", c => $"{c.GetProperty("image")}"),
        ("state", c => $"{c.GetProperty("state")}"), ("exit code", c => $"{c.GetProperty("exit_code")}"), ("reason", c => $"{c.GetProperty("reason")}"));

    private static string Valued(string[] variable, string ring)
    {
        var value = variable.Length == 2 ? variable[1] : Environment.GetEnvironmentVariable(variable[0]) ?? throw new UsageErrorException($"--env {variable[0]}: this environment has no such variable; give its value with --env {variable[0]}=VALUE");
        return variable.Length == 1 || SecretNames.LooksSecret(variable[0]) ? new SecretSeal(ring).Seal(value) : value;
    }
}
