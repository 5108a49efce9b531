namespace Hutch.Fleet.Tests.Execution;

[Collection(RabbitMqCollection.Name)]
public sealed class RabbitMqClusterExecTests(RabbitMqServer server) : ClusterExecContract
{
    protected override string Url => server.Url;

    [Fact]
    public async Task A_client_of_std_daq_on_pika_hears_how_an_operation_goes_and_kills_it()
    {
        await Fleet.StartAsync(Executor());
        using var client = ChildProcess.Peer("std_daq_client.py", $"{server.Port}", "cluster-exec");
        client.WaitForOutput("ready");

        var begun = await BeginAsync(new { cluster_name = "c", command = "sleep 7656" });
        client.WaitForOutput($"\"{begun.Name}\".*request_start.*cluster-exec.*0 of 3 hosts");
        await Eventually.TrueAsync(async () => await IsRunningAsync(Hosts[0], "sleep 7656"), TimeSpan.FromSeconds(20), () => "the command runs");
        client.WriteLine($$"""{"kill": "{{begun.Name}}"}""");

        var ended = await EndAsync(begun.Name);
        Assert.True(ended.Status == "killed", $"{ended.Status}: {ended.Reason}; {ended.Hosts.ToJsonString()}; log: {string.Join('\n', Fleet.Log.TakeLast(20))}");
        client.WaitForOutput($"\"{begun.Name}\".*request_fail.*killed after 0 of 3 hosts");
    }
}
