using System.Text.Json;
using Hutch.Fleet.Execution;
using Hutch.Fleet.Records;
using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Execution;

/// <summary>Operations across a cluster of hosts with a network and an SSH server each, on every bus.</summary>
public abstract class ClusterExecContract : IAsyncLifetime
{
    private protected static readonly ClusterExecOptions Quick = new() { HealthTimeoutS = 2, HealthPauseS = 0.1, ConnectTimeoutS = 10, BeatS = 0.2 };

    private protected List<TestHost> Hosts { get; } = [];
    private protected RunningFleet Fleet { get; private set; } = null!;

    protected abstract string Url { get; }

    public async ValueTask InitializeAsync()
    {
        Fleet = await RunningFleet.StartAsync(Url);
        Hosts.AddRange(await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => TestHost.StartAsync())));
        foreach (var host in Hosts)
            await Fleet.AddAsync(host);
        await Fleet.Storage.Records.SaveAsync(new Cluster { Name = "c", Hostset = [.. Hosts.Select(h => h.Address)] });
    }

    public async ValueTask DisposeAsync()
    {
        await Fleet.DisposeAsync();
        foreach (var host in Hosts)
            await host.DisposeAsync();
    }

    [Fact]
    public async Task Another_executor_goes_on_and_runs_nothing_twice_and_a_cut_connection_does_not_end_a_command()
    {
        var first = Executor();
        await Fleet.StartAsync(first);
        var begun = await BeginAsync(new { cluster_name = "c", command = "echo once >>/run/count; until [ -e /run/go ]; do sleep 0.1; done; echo done" });
        await Eventually.TrueAsync(async () => (await Hosts[0].InsideAsync("sh", "-c", "cat /run/count 2>/dev/null || true")) == "once\n", TimeSpan.FromSeconds(20), () => "the command runs");
        first.Stop();
        await Eventually.TrueAsync(async () => !await IsRunningAsync(Hosts[0], "tail -n +1"), TimeSpan.FromSeconds(20), () => "the first one no longer follows the command");
        await Fleet.StartAsync(Executor(Quick with { HealthTimeoutS = 30 }));
        await Eventually.TrueAsync(() => Fleet.Log.Any(l => l.Contains("was left behind by", StringComparison.Ordinal)), "the other one takes over");
        await Eventually.TrueAsync(async () => await IsRunningAsync(Hosts[0], "tail -n +1"), TimeSpan.FromSeconds(20), () => "it follows the command");
        await Hosts[0].SetNetworkAsync(false);
        // The server there may have noticed by itself that the connection is lost.
        await Hosts[0].InsideAsync("sh", "-c", "pkill -f '^sshd: root' || true");
        await Hosts[0].SetNetworkAsync(true);
        foreach (var host in Hosts)
            await host.InsideAsync("touch", "/run/go");

        var operation = await EndAsync(begun.Name);

        Assert.Equal(("finished", ""), (operation.Status, operation.Reason));
        foreach (var host in Hosts)
        {
            Assert.Equal("once\n", await host.InsideAsync("cat", "/run/count"));
            Assert.Equal("done\n", (await Fleet.Storage.Records.GetAsync<HostOutput>(HostOutput.KeyOf(operation.Name, host.Address))).Text);
        }
    }

    private protected ClusterExec Executor(ClusterExecOptions? options = null) => new(Url, Fleet.Options, options ?? Quick, Fleet.Storage.Seal, Fleet.Logger);

    protected async Task<ClusterOperation> BeginAsync(object parameters)
    {
        try
        {
            return (await Fleet.Storage.Bus.CallAsync("jobs.clusterexec.run", parameters)).Deserialize<ClusterOperation>(Hutch.Bus.Methods.BusJson.Options)!;
        }
        catch (Hutch.Bus.RpcException error) when (error.Code != Hutch.Bus.RpcErrorCodes.Conflict)
        {
            throw new InvalidOperationException($"{error.Message}; log: {string.Join('\n', Fleet.Log.TakeLast(10))}", error);
        }
    }

    protected async Task<ClusterOperation> RunAsync(object parameters) => await EndAsync((await BeginAsync(parameters)).Name);

    protected async Task<ClusterOperation> EndAsync(string id)
    {
        ClusterOperation? operation = null;
        await Eventually.TrueAsync(async () => (operation = await Fleet.Storage.Records.GetAsync<ClusterOperation>(id)).Status != "in_process", TimeSpan.FromSeconds(40),
            () => $"{operation?.Hosts.ToJsonString()}; log: {string.Join('\n', Fleet.Log.TakeLast(10))}");
        return operation!;
    }

    private protected static async Task<bool> IsRunningAsync(TestHost host, string command) => (await host.InsideAsync("sh", "-c", $"pgrep -f '^{command.Replace("+", @"\+", StringComparison.Ordinal)}' || true")).Length > 0;
}
