using System.Diagnostics;
using System.Text.Json;
using Hutch.Bus;
using Hutch.Fleet.Execution;
using Hutch.Fleet.Investigation;
using Hutch.Fleet.Records;
using Hutch.Fleet.Tests.Support;
using Hutch.Fleet.Watching;

namespace Hutch.Fleet.Tests.Life;

/// <summary>A cluster of hosts with a network and an SSH server each, from the first record to the last, on every bus. What a deployed client calls is called by one, where it can.</summary>
public abstract class FleetLifeContract
{
    private static readonly WatcherOptions Watching = new() { IntervalS = 0.5, RetryS = 0.2, Misses = 2, MaxIntervalS = 0.5, TimeoutS = 1, BeatS = 0.2 };

    private static readonly ClusterExecOptions Executing = new()
    {
        RestartCommand = "echo restarted >>/run/restarts; [ ! -e /run/broken ]", RestartBoots = false, HealthTimeoutS = 2, HealthPauseS = 0.1, ConnectTimeoutS = 10, BeatS = 0.2,
    };

    protected abstract string Url { get; }

    [Fact]
    public async Task Hosts_are_added_made_nodes_watched_failed_and_back_and_restarted_until_one_fails_and_their_cluster_is_deleted()
    {
        await using var fleet = await RunningFleet.StartAsync(Url);
        var records = fleet.Storage.Records;
        using var package = new TemporaryFolder();
        File.WriteAllText(package["Hutch.Cli"], "#!/bin/sh\necho 1.2.3\n");
        await TestHost.RunAsync("chmod", "755", package["Hutch.Cli"]);
        await fleet.StartInvestigatorAsync(new InvestigatorOptions { Bootstrap = new BootstrapOptions { Folder = package.Path } });
        await fleet.StartAsync(new ClusterExec(Url, fleet.Options, Executing, fleet.Storage.Seal, fleet.Logger));
        using var watcher = fleet.StartWatcher(Watching);
        Task<TestHost>[] starts = [TestHost.StartAsync(), TestHost.StartAsync(), TestHost.StartAsync()];
        await using var first = await starts[0];
        await using var second = await starts[1];
        await using var third = await starts[2];
        TestHost[] hosts = [first, second, third];
        await using var client = await ClientAsync(fleet);

        // Added, as Commissaire's REST server does it.
        string[] addresses = [.. hosts.Select(h => h.Address)];
        await client.CallAsync("storage.save", new { model_type_name = "Cluster", model_json_data = new { name = "c", hostset = addresses } });
        foreach (var host in hosts)
        {
            await client.CallAsync("storage.save", new { model_type_name = "HostCreds", model_json_data = new { address = host.Address, ssh_priv_key = host.PrivateKey, remote_user = "root" } });
            await client.CallAsync("storage.save", new { model_type_name = "Host", model_json_data = new { address = host.Address } });
        }

        // Investigated and made nodes.
        var text = (await client.CallAsync("jobs.investigate", new { address = addresses[0], cluster_data = new { name = "c", container_manager = "" } })).GetString()!;
        var investigated = JsonElement.Parse(text);
        Assert.Equal("address status os cpus memory space last_check source", string.Join(' ', investigated.EnumerateObject().Take(8).Select(m => m.Name)));
        Assert.Equal((addresses[0], "disassociated", "debian"), (investigated.GetProperty("address").GetString(), investigated.GetProperty("status").GetString(), investigated.GetProperty("os").GetString()));
        await Task.WhenAll(addresses[1..].Select(a => fleet.Storage.Bus.CallAsync("jobs.investigate", new { address = a })));
        foreach (var host in hosts)
            Assert.Equal("1.2.3", (await host.InsideAsync("/usr/local/bin/hutch")).Trim());

        // Watched.
        await Eventually.TrueAsync(() => watcher.Hosts == 3, "three hosts are watched");
        var before = await records.GetAsync<Host>(addresses[2]);
        await fleet.UntilAsync(hosts[2], h => string.CompareOrdinal(h.LastCheck, before.LastCheck) > 0);
        await hosts[2].SetNetworkAsync(false);
        var watch = Stopwatch.StartNew();
        var failed = await fleet.UntilAsync(hosts[2], h => h.Status == HostStatus.Failed);
        // An interval, two checks of a second each, a retry between, and telling it.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 8);
        Assert.Equal("disassociated", failed.StatusBefore);
        Assert.Contains($"{addresses[2]}:22 does not answer", failed.Reason);
        await hosts[2].SetNetworkAsync(true);
        var back = await fleet.UntilAsync(hosts[2], h => h.Status == HostStatus.Disassociated);
        Assert.Equal(("", ""), (back.Reason, back.StatusBefore));

        // Restarted one after another, until the second fails.
        await hosts[1].InsideAsync("touch", "/run/broken");
        var begun = await client.CallAsync("jobs.clusterexec.restart", new { cluster_name = "c" });
        Assert.Equal("name status restarted in_process started_at finished_at", string.Join(' ', begun.EnumerateObject().Select(m => m.Name)));
        Assert.Equal(("c", "in_process"), (begun.GetProperty("name").GetString(), begun.GetProperty("status").GetString()));
        ClusterRestart? restart = null;
        await Eventually.TrueAsync(async () => (restart = await records.GetAsync<ClusterRestart>("c")).Status != "in_process", TimeSpan.FromSeconds(30), () => $"{restart}");
        Assert.Equal(("failed", 0), (restart!.Status, restart.InProcess.Count));
        Assert.Equal([addresses[0]], restart.Restarted);
        var operation = Assert.Single(await records.ListAsync<ClusterOperation>());
        Assert.Equal($"{addresses[1]}: exit code 1", operation.Reason);
        Assert.Equal(["done", "failed", "waiting"], addresses.Select(a => (string?)operation.Hosts[a]!["state"]));
        Assert.Equal("restarted\n", await hosts[0].InsideAsync("cat", "/run/restarts"));
        Assert.Equal("", await hosts[2].InsideAsync("sh", "-c", "cat /run/restarts 2>/dev/null || true"));

        // Deleted.
        await client.CallAsync("storage.delete", new { model_type_name = "Cluster", model_json_data = new { name = "c" } });
        Assert.Empty(await records.ListAsync<Cluster>());
        await Assert.ThrowsAsync<StorageLookupException>(() => fleet.Storage.Bus.CallAsync("jobs.clusterexec.restart", new { cluster_name = "c" }));
        foreach (var address in addresses)
            await records.DeleteAsync<Host>(address);
        await Eventually.TrueAsync(() => watcher.Hosts == 0, "no host is watched");
        watcher.Stop();
        Assert.DoesNotContain(fleet.Log, line => hosts.Any(h => line.Contains(h.PrivateKey, StringComparison.Ordinal)));
    }

    private protected abstract Task<IFleetClient> ClientAsync(RunningFleet fleet);
}
