using System.Text.Json;
using Hutch.Fleet.Records;
using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Containers;

/// <summary>What container-manager does on every bus.</summary>
public abstract class ContainerManagerContract
{
    protected abstract string Url { get; }

    [Fact]
    public async Task A_kombu_client_finds_the_method_names_and_shapes_of_the_deployed_service()
    {
        await using var fleet = await RunningFleet.StartAsync(Url);
        // Two that share the work know the same.
        await fleet.StartContainerManagerAsync();
        await fleet.StartContainerManagerAsync();
        using var kombu = await PythonPeer.StartAsync("kombu_caller.py", Url, fleet.Storage.Exchange, "--durable-replies");
        await kombu.AskAsync(new { key = "storage.save", @params = new { model_type_name = "ContainerManagerConfig", model_json_data = new { name = "t", type = "trivial" } } });
        var node = new { container_manager_name = "t", address = "10.0.0.1" };

        Assert.Equal("""{"code":-20001,"message":"(-20001) Node 10.0.0.1 is not registered""", (await ErrorAsync("node_registered", node))[..73]);
        Assert.Equal("null", await ResultAsync("register_node", node));
        for (var i = 0; i < 4; i++)
            Assert.Equal("null", await ResultAsync("node_registered", node));
        Assert.Equal("""{"node":"10.0.0.1","status":"ok"}""", await ResultAsync("get_node_status", node));
        Assert.Equal("null", await ResultAsync("register_node", new[] { "t", "10.0.0.2" }));
        Assert.Equal("""[{"node":"10.0.0.1","status":"ok","reason":""},{"node":"10.0.0.2","status":"ok","reason":""}]""", await ResultAsync("list_nodes", new { node.container_manager_name }));
        Assert.Equal("null", await ResultAsync("remove_node", node));
        Assert.StartsWith("""{"code":-20001,"message":"(-20001) Node 10.0.0.1 is not registered""", await ErrorAsync("remove_node", node));
        Assert.StartsWith("""{"code":-20001""", await ErrorAsync("get_node_status", node));
        Assert.Equal("null", await ResultAsync("remove_all_nodes", new { node.container_manager_name }));
        Assert.Equal("[]", await ResultAsync("list_nodes", new { node.container_manager_name }));
        Assert.Equal("[]", await ResultAsync("list_containers", new { node.container_manager_name }));
        var unknown = await ErrorAsync("register_node", new { container_manager_name = "nope", address = "10.0.0.1" });
        Assert.StartsWith("""{"code":-32600,"message":"'nope' is no container manager; there are t; add one""", unknown);

        async Task<string> ResultAsync(string method, object parameters)
        {
            var answer = await kombu.AskAsync(new { key = $"container.{method}", @params = parameters });
            return answer.TryGetProperty("result", out var result) ? Text(result) : throw new InvalidOperationException(answer.ToString());
        }

        async Task<string> ErrorAsync(string method, object parameters) => Text((await kombu.AskAsync(new { key = $"container.{method}", @params = parameters })).GetProperty("error"));

        static string Text(JsonElement json) => JsonSerializer.Serialize(json, new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    [Fact]
    public async Task Nodes_come_and_go_with_the_hosts_and_clusters_that_they_belong_to()
    {
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.AddManagerAsync("t", "trivial");
        var records = fleet.Storage.Records;
        foreach (var (address, status) in (ReadOnlySpan<(string, string)>)[("a", HostStatus.Disassociated), ("b", HostStatus.Disassociated), ("c", HostStatus.Failed), ("d", HostStatus.Disassociated)])
            records.SaveAsync(new Host { Address = address, Status = status }).GetAwaiter().GetResult();
        await records.SaveAsync(new Cluster { Name = "c1", ContainerManager = "t", Hostset = ["a", "c"] });
        await fleet.StartContainerManagerAsync();

        await NodesBecomeAsync("a");   // what changed while no service ran
        await records.UpdateAsync<Cluster>(new { name = "c1", hostset = new[] { "a", "b", "c" } });
        await NodesBecomeAsync("a", "b");
        Assert.Equal(HostStatus.Active, (await records.GetAsync<Host>("b")).Status);
        Assert.Equal(HostStatus.Failed, (await records.GetAsync<Host>("c")).Status);
        await fleet.ContainerAsync("register_node", new { container_manager_name = "t", address = "d" });
        await records.UpdateAsync<Cluster>(new { name = "c1", hostset = new[] { "b", "c" } });
        await NodesBecomeAsync("b", "d");
        await Eventually.TrueAsync(async () => (await records.GetAsync<Host>("a")).Status == HostStatus.Disassociated, TimeSpan.FromSeconds(10), () => "a is disassociated again");
        await records.DeleteAsync<Cluster>("c1");
        await NodesBecomeAsync("d");
        await records.DeleteAsync<Host>("d");
        await NodesBecomeAsync();

        async Task NodesBecomeAsync(params string[] expected)
        {
            IReadOnlyList<string> seen = [];
            await Eventually.TrueAsync(async () => (seen = await fleet.NodesAsync("t")).SequenceEqual(expected.Select(n => $"{n} ok")), TimeSpan.FromSeconds(15), () => $"{string.Join(", ", seen)} in place of {string.Join(", ", expected)}");
        }
    }
}
