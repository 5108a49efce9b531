using System.CommandLine;
using Hutch.Bus;
using Hutch.Fleet.Records;
using Hutch.Fleet.Secrets;
using Hutch.Fleet.Storage;

namespace Hutch.Cli;

/// <summary><c>hutch fleet hosts list|show|add|remove|investigate|forget-key</c>.</summary>
internal static class FleetHostsCommand
{
    private static readonly CallOptions Patient = new() { Timeout = TimeSpan.FromMinutes(30) };

    public static Command Create() => new("hosts", "Manage the hosts. Example: hutch fleet hosts list")
    {
        FleetCall.Create("hosts list", "List the hosts. Example: hutch fleet hosts list --json", [], (_, _, records, cancel) => records.ListAsync<Host>(cancel), hosts => FleetCall.Print(hosts,
            ("address", h => h.Address), ("status", h => h.Status), ("os", h => h.Os), ("cpus", h => h.Cpus == 0 ? "" : $"{h.Cpus}"), ("memory", h => h.Memory == 0 ? "" : $"{h.Memory / 1024.0:0.#} GB"),
            ("last check", h => FleetCall.Time(h.LastCheck)), ("reason", h => h.Reason.Split('\n')[0]))),
        FleetCall.Show<Host>("hosts show", "ADDRESS"),
        Add(),
        Investigate(),
        ForgetKey(),
        FleetCall.Remove<Host>("hosts remove", "ADDRESS", RemoveFromOthersAsync),
    };

    private static Command Add()
    {
        var address = FleetCall.KeyArgument("ADDRESS", "Name or IP address.");
        var key = new Option<FileInfo?>("--key") { Description = "The private key file to log in with. The key is sealed before it is sent.", HelpName = "FILE" };
        var user = new Option<string>("--user") { Description = "The user to log in as.", DefaultValueFactory = _ => "root" };
        var port = new Option<int>("--port") { Description = "The port of its SSH server.", DefaultValueFactory = _ => 22 };
        var jump = new Option<string?>("--jump") { Description = "A host of the fleet to connect through.", HelpName = "ADDRESS" };
        var hostKey = new Option<string?>("--host-key") { Description = "The fingerprint of its host key, as ssh-keygen -l prints it. Default: the first one seen is remembered.", HelpName = "SHA256:..." };
        var cluster = new Option<string?>("--cluster") { Description = "The cluster to add the host to.", HelpName = "NAME" };
        var ring = new Option<string>("--key-ring") { Description = "The folder with the keys that seal secrets: the storage service's own, or a copy.", DefaultValueFactory = _ => SecretSeal.DefaultFolder, HelpName = "FOLDER" };
        var later = new Option<bool>("--no-investigate") { Description = "Only create the record." };
        return FleetCall.Create("hosts add", "Add a host and investigate it. Example: hutch fleet hosts add 10.0.0.1 --key ~/.ssh/id_ed25519 --cluster beamline",
            [address, key, user, port, jump, hostKey, cluster, ring, later], async (options, bus, records, cancel) =>
        {
            var name = options.GetValue(address)!;
            var joined = options.GetValue(cluster) is { } given ? await records.GetAsync<Cluster>(given, cancel) : null;
            if (options.GetValue(key) is { } file)
                await records.SaveAsync(new HostCreds { Address = name, SshPrivKey = new SecretSeal(options.GetValue(ring)!).Seal(Convert.ToBase64String(Read(file))), RemoteUser = options.GetValue(user)! }, cancel);
            var host = await records.UpdateAsync<Host>(options.GetValue(hostKey) is { } fingerprint
                ? new { address = name, ssh_port = options.GetValue(port), jump = options.GetValue(jump) ?? "", host_key = fingerprint }
                : new { address = name, ssh_port = options.GetValue(port), jump = options.GetValue(jump) ?? "" }, cancel);
            if (joined is not null && !joined.Hostset.Contains(name))
                await records.UpdateAsync<Cluster>(new { name = joined.Name, hostset = joined.Hostset.Append(name) }, cancel);
            if (!options.GetValue(later))
                await bus.NotifyAsync("jobs.investigate", new { address = name, cluster_data = (object?)joined ?? new { } }, cancel: cancel);
            return host;
        }, host => Console.WriteLine($"{host.Address} is added; follow its progress with: hutch fleet hosts list"));
    }

    private static Command Investigate()
    {
        var address = FleetCall.KeyArgument("ADDRESS", "Which.");
        return FleetCall.Create("hosts investigate", "Investigate a host again and make it a node; waits until that is done. Example: hutch fleet hosts investigate 10.0.0.1", [address], async (options, bus, records, cancel) =>
        {
            var name = options.GetValue(address)!;
            var cluster = (await records.ListAsync<Cluster>(cancel)).FirstOrDefault(c => c.Hostset.Contains(name));
            await bus.CallAsync("jobs.investigate", new { address = name, cluster_data = (object?)cluster ?? new { } }, Patient, cancel);
            return await records.GetAsync<Host>(name, cancel);
        }, host => Console.WriteLine($"{host.Address} is {host.Status}"));
    }

    private static Command ForgetKey()
    {
        var address = FleetCall.KeyArgument("ADDRESS", "Which.");
        return FleetCall.Create("hosts forget-key", "Forget the host key of a host that was reinstalled. Example: hutch fleet hosts forget-key 10.0.0.1", [address],
            (options, _, records, cancel) => records.UpdateAsync<Host>(new { address = options.GetValue(address)!, host_key = "" }, cancel),
            host => Console.WriteLine($"the next host key of {host.Address} will be remembered"));
    }

    // What is left of a host that is gone: its key, its place in clusters, its registration.
    private static async Task RemoveFromOthersAsync(StorageClient records, string address, CancellationToken cancel)
    {
        await records.GetAsync<Host>(address, cancel);
        foreach (var cluster in (await records.ListAsync<Cluster>(cancel)).Where(c => c.Hostset.Contains(address)))
            await records.UpdateAsync<Cluster>(new { name = cluster.Name, hostset = cluster.Hostset.Where(h => h != address) }, cancel);
        if (await records.FindAsync<HostCreds>(address, cancel) is not null)
            await records.DeleteAsync<HostCreds>(address, cancel);
        if (await records.FindAsync<WatcherRecord>(address, cancel) is not null)
            await records.DeleteAsync<WatcherRecord>(address, cancel);
    }

    private static byte[] Read(FileInfo file)
    {
        try
        {
            return File.ReadAllBytes(file.FullName);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"the private key {file.FullName} cannot be read: {error.Message}", error);
        }
    }
}
