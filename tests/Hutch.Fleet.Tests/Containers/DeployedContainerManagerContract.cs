using System.Text.Encodings.Web;
using System.Text.Json;
using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Containers;

/// <summary>What container-manager does for callers of the deployed service, on the buses that they have.</summary>
public abstract class DeployedContainerManagerContract : ContainerManagerContract
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

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

        Assert.StartsWith("""{"code":-20001,"message":"(-20001) Node 10.0.0.1 is not registered""", await ErrorAsync("node_registered", node));
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
        Assert.StartsWith("""{"code":-32600,"message":"'nope' is not a container manager; there are t; add one""", unknown);

        async Task<string> ResultAsync(string method, object parameters)
        {
            var answer = await kombu.AskAsync(new { key = $"container.{method}", @params = parameters });
            return answer.TryGetProperty("result", out var result) ? Text(result) : throw new InvalidOperationException(answer.ToString());
        }

        async Task<string> ErrorAsync(string method, object parameters) => Text((await kombu.AskAsync(new { key = $"container.{method}", @params = parameters })).GetProperty("error"));

        static string Text(JsonElement json) => JsonSerializer.Serialize(json, Readable);
    }
}
