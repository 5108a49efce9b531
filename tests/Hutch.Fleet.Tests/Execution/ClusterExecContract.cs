using System.Collections.Concurrent;
using System.Text.Json;
using Hutch.Bus;
using Hutch.Bus.Requests;
using Hutch.Fleet.Execution;
using Hutch.Fleet.Records;
using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Execution;

/// <summary>Operations across a cluster of hosts with a network and an SSH server each, on every bus.</summary>
public abstract class ClusterExecContract : IAsyncLifetime
{
    private static readonly ClusterExecOptions Quick = new()
    {
        RestartCommand = "echo restarted >>/run/restarts; [ ! -e /run/broken ]", RestartBoots = false, UpgradeCommand = "echo up to date",
        HealthTimeoutS = 3, HealthPauseS = 0.1, ConnectTimeoutS = 3, BeatS = 0.2,
    };

    private readonly List<TestHost> _hosts = [];
    private RunningFleet _fleet = null!;

    protected abstract string Url { get; }

    public async ValueTask InitializeAsync()
    {
        _fleet = await RunningFleet.StartAsync(Url);
        _hosts.AddRange(await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => TestHost.StartAsync())));
        foreach (var host in _hosts)
            await _fleet.AddAsync(host);
        await _fleet.Storage.Records.SaveAsync(new Cluster { Name = "c", Hostset = [.. _hosts.Select(h => h.Address)] });
    }

    public async ValueTask DisposeAsync()
    {
        await _fleet.DisposeAsync();
        foreach (var host in _hosts)
            await host.DisposeAsync();
    }

    [Fact]
    public async Task A_command_runs_on_every_host_batch_by_batch_and_what_it_prints_is_kept()
    {
        await _fleet.StartAsync(Executor());
        var statuses = new ConcurrentQueue<RequestStatus>();
        await using var client = new RequestClient(_fleet.Storage.Bus.Transport);
        await using var subscription = await client.SubscribeAsync(statuses.Enqueue);

        var operation = await RunAsync(new { cluster_name = "c", command = "echo \"it's $(hostname)\"; echo oops >&2; date +%s%N >/run/at; sleep 0.3", batch_size = 2 });

        Assert.Equal(("finished", ""), (operation.Status, operation.Reason));
        foreach (var host in _hosts)
        {
            Assert.Equal("done", (string?)operation.Hosts[host.Address]!["state"]);
            Assert.Equal(0, (int?)operation.Hosts[host.Address]!["exit_code"]);
            var name = (await host.InsideAsync("hostname")).Trim();
            Assert.Equal($"it's {name}\noops\n", (await _fleet.Storage.Records.GetAsync<HostOutput>(HostOutput.KeyOf(operation.Name, host.Address))).Text);
        }
        // Two at once, then the third.
        var at = await Task.WhenAll(_hosts.Select(async h => long.Parse(await h.InsideAsync("cat", "/run/at"))));
        Assert.True(at[2] - Math.Max(at[0], at[1]) > 300_000_000, string.Join(' ', at));
        await Eventually.TrueAsync(() => statuses.Any(s => s.RequestId == operation.Name && s.Action == RequestAction.Success), "the end is told");
        Assert.Contains(statuses, s => s.RequestId == operation.Name && s.Action == RequestAction.Start && (string?)s.Message == "2 of 3 hosts" && s.Source == "cluster-exec");
    }

    [Fact]
    public async Task A_rolling_restart_stops_at_the_host_that_fails_and_a_kombu_client_sees_the_deployed_shapes()
    {
        await _fleet.StartAsync(Executor());
        await _hosts[1].InsideAsync("touch", "/run/broken");

        var first = await CallAsync("jobs.clusterexec.restart", new { cluster_name = "c" });
        Assert.Equal("name status restarted in_process started_at finished_at", string.Join(' ', first.EnumerateObject().Select(m => m.Name)));
        Assert.Equal(("c", "in_process"), (first.GetProperty("name").GetString(), first.GetProperty("status").GetString()));
        ClusterRestart? restart = null;
        await Eventually.TrueAsync(async () => (restart = await _fleet.Storage.Records.GetAsync<ClusterRestart>("c")).Status != "in_process", TimeSpan.FromSeconds(30), () => $"{restart}");

        Assert.Equal("failed", restart!.Status);
        Assert.Equal([_hosts[0].Address], restart.Restarted);
        Assert.Empty(restart.InProcess);
        var operation = Assert.Single(await _fleet.Storage.Records.ListAsync<ClusterOperation>());
        Assert.Equal($"{_hosts[1].Address}: exit code 1", operation.Reason);
        Assert.Equal("waiting", (string?)operation.Hosts[_hosts[2].Address]!["state"]);
        Assert.Equal("restarted\n", await _hosts[0].InsideAsync("cat", "/run/restarts"));
        Assert.Equal("", await _hosts[2].InsideAsync("sh", "-c", "cat /run/restarts 2>/dev/null || true"));
    }

    [Fact]
    public async Task A_host_that_is_not_well_after_its_command_stops_the_next_batch()
    {
        await _fleet.StartAsync(Executor());

        var operation = await RunAsync(new { cluster_name = "c", command = "true", check = "echo no service; false" });

        Assert.Equal("failed", operation.Status);
        Assert.Contains("not well within 3 s: the health check 'echo no service; false' ends with exit code 1: no service", operation.Reason);
        Assert.Equal(["failed", "waiting", "waiting"], operation.Hosts.Select(h => (string?)h.Value!["state"]));
    }

    [Fact]
    public async Task A_kill_ends_what_runs_and_nothing_more_begins()
    {
        await _fleet.StartAsync(Executor());
        var begun = await BeginAsync(new { cluster_name = "c", command = "sleep 7654 & sleep 7655" });
        await Eventually.TrueAsync(async () => await IsRunningAsync(_hosts[0], "sleep 7655"), TimeSpan.FromSeconds(20), () => "the command runs");
        var other = await Assert.ThrowsAsync<RpcException>(() => BeginAsync(new { cluster_name = "c", command = "true" }));
        Assert.Equal(RpcErrorCodes.Conflict, other.Code);

        await _fleet.Storage.Bus.CallAsync("jobs.clusterexec.kill", new { id = begun.Name });
        var operation = await EndAsync(begun.Name);

        Assert.Equal("killed", operation.Status);
        Assert.Equal(["killed", "waiting", "waiting"], operation.Hosts.Select(h => (string?)h.Value!["state"]));
        await Eventually.TrueAsync(async () => !await IsRunningAsync(_hosts[0], "sleep 765"), TimeSpan.FromSeconds(20), () => "the command has ended");
    }

    [Fact]
    public async Task Another_executor_goes_on_and_runs_nothing_twice_and_a_cut_connection_does_not_end_a_command()
    {
        var first = Executor();
        await _fleet.StartAsync(first);
        var begun = await BeginAsync(new { cluster_name = "c", command = "echo once >>/run/count; until [ -e /run/go ]; do sleep 0.1; done; echo done" });
        await Eventually.TrueAsync(async () => (await _hosts[0].InsideAsync("sh", "-c", "cat /run/count 2>/dev/null || true")) == "once\n", TimeSpan.FromSeconds(20), () => "the command runs");
        first.Stop();
        await _fleet.StartAsync(new ClusterExec(Url, _fleet.Options, Quick with { HealthTimeoutS = 30 }, _fleet.Storage.Seal, _fleet.Logger));
        await Eventually.TrueAsync(() => _fleet.Log.Any(l => l.Contains("was left behind by", StringComparison.Ordinal)), "the other one takes over");
        await Eventually.TrueAsync(async () => await IsRunningAsync(_hosts[0], "tail -n +1"), TimeSpan.FromSeconds(20), () => "it follows the command");
        await _hosts[0].SetNetworkAsync(false);
        await _hosts[0].InsideAsync("pkill", "-f", "sshd: root");
        await _hosts[0].SetNetworkAsync(true);
        foreach (var host in _hosts)
            await host.InsideAsync("touch", "/run/go");

        var operation = await EndAsync(begun.Name);

        Assert.Equal(("finished", ""), (operation.Status, operation.Reason));
        foreach (var host in _hosts)
        {
            Assert.Equal("once\n", await host.InsideAsync("cat", "/run/count"));
            Assert.Equal("done\n", (await _fleet.Storage.Records.GetAsync<HostOutput>(HostOutput.KeyOf(operation.Name, host.Address))).Text);
        }
    }

    /// <summary>Calls as a deployed client does, where one can.</summary>
    protected abstract Task<JsonElement> CallAsync(string method, object parameters);

    protected async Task<JsonElement> CallByKombuAsync(string method, object parameters)
    {
        using var kombu = await PythonPeer.StartAsync("kombu_caller.py", Url, _fleet.Storage.Exchange, "--durable-replies");
        return (await kombu.AskAsync(new { key = method, @params = parameters })).GetProperty("result");
    }

    protected Task<JsonElement> CallByOurselvesAsync(string method, object parameters) => _fleet.Storage.Bus.CallAsync(method, parameters);

    private ClusterExec Executor() => new(Url, _fleet.Options, Quick, _fleet.Storage.Seal, _fleet.Logger);

    private async Task<ClusterOperation> BeginAsync(object parameters) =>
        (await _fleet.Storage.Bus.CallAsync("jobs.clusterexec.run", parameters)).Deserialize<ClusterOperation>(Hutch.Bus.Methods.BusJson.Options)!;

    private async Task<ClusterOperation> RunAsync(object parameters) => await EndAsync((await BeginAsync(parameters)).Name);

    private async Task<ClusterOperation> EndAsync(string id)
    {
        ClusterOperation? operation = null;
        await Eventually.TrueAsync(async () => (operation = await _fleet.Storage.Records.GetAsync<ClusterOperation>(id)).Status != "in_process", TimeSpan.FromSeconds(40),
            () => $"{operation?.Hosts.ToJsonString()}; log: {string.Join('\n', _fleet.Log.TakeLast(10))}");
        return operation!;
    }

    private static async Task<bool> IsRunningAsync(TestHost host, string command) => (await host.InsideAsync("sh", "-c", $"pgrep -f '^{command.Replace("+", @"\+", StringComparison.Ordinal)}' || true")).Length > 0;
}
