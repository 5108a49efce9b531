using System.Collections.Concurrent;
using Hutch.Bus.Requests;
using Hutch.Bus;
using Hutch.Fleet.Records;

namespace Hutch.Fleet.Tests.Execution;

public sealed class MemoryClusterExecTests : ClusterExecContract
{
    protected override string Url { get; } = $"memory://{Guid.NewGuid():N}";

    [Fact]
    public async Task A_command_runs_on_every_host_batch_by_batch_and_what_it_prints_is_kept()
    {
        await Fleet.StartAsync(Executor());
        var statuses = new ConcurrentQueue<RequestStatus>();
        await using var client = new RequestClient(Fleet.Storage.Bus.Transport);
        await using var subscription = await client.SubscribeAsync(statuses.Enqueue);

        var operation = await RunAsync(new { cluster_name = "c", command = "echo \"it's $(hostname)\"; echo oops >&2; date +%s%N >/run/at; sleep 0.3", batch_size = 2 });

        Assert.Equal(("finished", ""), (operation.Status, operation.Reason));
        foreach (var host in Hosts)
        {
            Assert.Equal("done", (string?)operation.Hosts[host.Address]!["state"]);
            Assert.Equal(0, (int?)operation.Hosts[host.Address]!["exit_code"]);
            var name = (await host.InsideAsync("hostname")).Trim();
            Assert.Equal($"it's {name}\noops\n", (await Fleet.Storage.Records.GetAsync<HostOutput>(HostOutput.KeyOf(operation.Name, host.Address))).Text);
        }
        // Two at once, then the third.
        var at = await Task.WhenAll(Hosts.Select(async h => long.Parse(await h.InsideAsync("cat", "/run/at"))));
        Assert.True(at[2] - Math.Max(at[0], at[1]) > 300_000_000, string.Join(' ', at));
        await Eventually.TrueAsync(() => statuses.Any(s => s.RequestId == operation.Name && s.Action == RequestAction.Success), "the end is told");
        Assert.Contains(statuses, s => s.RequestId == operation.Name && s.Action == RequestAction.Start && (string?)s.Message == "2 of 3 hosts" && s.Source == "cluster-exec");
    }

    [Fact]
    public async Task A_connection_that_is_lost_late_is_made_again()
    {
        await Fleet.StartAsync(Executor(Quick with { HealthTimeoutS = 0.5 }));
        var begun = await BeginAsync(new { cluster_name = "c", command = "sleep 1; touch /run/late; until [ -e /run/go ]; do sleep 0.1; done; echo done" });
        await Eventually.TrueAsync(async () => (await Hosts[0].InsideAsync("sh", "-c", "ls /run/late 2>/dev/null || true")).Length > 0, TimeSpan.FromSeconds(20), () => "it runs for longer than a host may be away");
        await Hosts[0].InsideAsync("pkill", "-f", "^sshd: root");
        foreach (var host in Hosts)
            await host.InsideAsync("touch", "/run/go");

        var operation = await EndAsync(begun.Name);

        Assert.Equal(("finished", ""), (operation.Status, operation.Reason));
        Assert.Equal("done\n", (await Fleet.Storage.Records.GetAsync<HostOutput>(HostOutput.KeyOf(operation.Name, Hosts[0].Address))).Text);
    }

    [Fact]
    public async Task A_host_that_is_not_well_after_its_command_stops_the_next_batch()
    {
        await Fleet.StartAsync(Executor());

        var operation = await RunAsync(new { cluster_name = "c", command = "true", check = "echo no service; false" });

        Assert.Equal("failed", operation.Status);
        Assert.Contains("not healthy within 2 s: the health check 'echo no service; false' ended with exit code 1: no service", operation.Reason);
        Assert.Equal(["failed", "waiting", "waiting"], operation.Hosts.Select(h => (string?)h.Value!["state"]));
    }

    [Fact]
    public async Task A_kill_ends_what_runs_and_nothing_more_begins()
    {
        await Fleet.StartAsync(Executor());
        var begun = await BeginAsync(new { cluster_name = "c", command = "sleep 7654 & sleep 7655" });
        await Eventually.TrueAsync(async () => await IsRunningAsync(Hosts[0], "sleep 7655"), TimeSpan.FromSeconds(20), () => "the command runs");
        var other = await Assert.ThrowsAsync<RpcException>(() => BeginAsync(new { cluster_name = "c", command = "true" }));
        Assert.Equal(RpcErrorCodes.Conflict, other.Code);

        await Fleet.Storage.Bus.CallAsync("jobs.clusterexec.kill", new { id = begun.Name });
        var operation = await EndAsync(begun.Name);

        Assert.Equal("killed", operation.Status);
        Assert.Equal(["killed", "waiting", "waiting"], operation.Hosts.Select(h => (string?)h.Value!["state"]));
        await Eventually.TrueAsync(async () => !await IsRunningAsync(Hosts[0], "sleep 765"), TimeSpan.FromSeconds(20), () => "the command has ended");
    }
}
