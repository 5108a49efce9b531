using System.Text.Json;
using Hutch.Bus;
using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Containers;

/// <summary>Kubernetes, against a program that keeps nodes and pods as its API does, for no cluster can run here.</summary>
public sealed class KubernetesTests : IDisposable
{
    private const string Token = "planted-kubernetes-token";

    private readonly ServerCertificate _certificate = new();
    private readonly int _port = FreePort.NextBelow(22000);

    private static string Url => $"memory://{Guid.NewGuid():N}";

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task Nodes_are_registered_and_pods_run_on_them_end_with_their_exit_code_and_are_stopped()
    {
        using var kubernetes = await StartAsync();
        await using var fleet = await RunningFleet.StartAsync(Url);
        await using var tap = await Tap.StartAsync(fleet.Url, fleet.Storage.Exchange);
        await fleet.StartContainerManagerAsync();
        await fleet.AddManagerAsync("k", "kubernetes", Options(fleet.Storage.Seal.Seal(Token)));
        var place = new { container_manager_name = "k", address = "10.0.0.1" };

        Assert.StartsWith("Node 10.0.0.1 is not registered with container manager k", await fleet.RefusalAsync("node_registered", place));
        await fleet.ContainerAsync("register_node", place);
        await fleet.ContainerAsync("register_node", place);   // as a kubelet may have done
        await fleet.ContainerAsync("node_registered", place);
        Assert.Equal(["10.0.0.1 unknown"], await fleet.NodesAsync("k"));
        await SetReadyAsync("10.0.0.1", "True");
        Assert.Equal(["10.0.0.1 ok"], await fleet.NodesAsync("k"));
        var status = await fleet.ContainerAsync("get_node_status", place);
        Assert.Equal("Node 10.0.0.1 KubeletReady", $"{status.GetProperty("kind").GetString()} {status.GetProperty("metadata").GetProperty("name").GetString()} {status.GetProperty("status").GetProperty("conditions")[0].GetProperty("reason").GetString()}");

        await RunAsync("receiver", "tools", "sleep", "1000");
        await RunAsync("ends", "tools", "sh", "-c", "exit $CODE");
        await RunAsync("waits", "missing");
        await fleet.ContainersBecomeAsync("k", "ends 10.0.0.1 exited 7", "receiver 10.0.0.1 running", "waits 10.0.0.1 waiting");
        var containers = await fleet.ContainerAsync("list_containers", place);
        Assert.StartsWith("ImagePullBackOff", containers[2].GetProperty("reason").GetString());
        Assert.Contains("409 pods \"receiver\" already exists", await fleet.RefusalAsync("run_container", new { place.container_manager_name, place.address, image = "tools", name = "receiver" }));
        foreach (var name in (string[])["receiver", "ends", "waits"])
            await fleet.ContainerAsync("stop_container", new { container_manager_name = "k", name });
        Assert.Empty(await fleet.ContainersAsync("k"));

        await SetReadyAsync("10.0.0.1", "False");
        Assert.Equal(["10.0.0.1 not_ready"], await fleet.NodesAsync("k"));
        await fleet.ContainerAsync("remove_node", place);
        Assert.StartsWith("Node 10.0.0.1 is not registered", await fleet.RefusalAsync("remove_node", place));
        Assert.Empty(await fleet.NodesAsync("k"));
        var managers = await fleet.ContainerAsync("list_managers", new { });
        Assert.Equal("***", managers[0].GetProperty("options").GetProperty("token").GetString());
        Assert.DoesNotContain(fleet.Log, line => line.Contains(Token, StringComparison.Ordinal));
        Assert.DoesNotContain(tap.Messages, m => m.Body.Contains(Token, StringComparison.Ordinal));

        Task<JsonElement> RunAsync(string name, string image, params string[] command) =>
            fleet.ContainerAsync("run_container", new { place.container_manager_name, place.address, image, command, name, environment = new Dictionary<string, string> { ["CODE"] = "7" } });
    }

    [Fact]
    public async Task A_token_that_is_refused_a_server_that_is_away_and_a_certificate_of_another_are_errors_that_say_so()
    {
        var kubernetes = await StartAsync();
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.StartContainerManagerAsync($$"""[{"name": "k", "handler": "commissaire.containermgr.kubernetes", "server_url": "https://127.0.0.1:{{_port}}", "token": "{{Token}}", "certificate_ca_path": {{JsonSerializer.Serialize(_certificate.AuthorityFile)}}}]""");
        await fleet.AddManagerAsync("wrong", "openshift", Options("another-token"));
        await fleet.AddManagerAsync("untrusted", "openshift", $$"""{"server_url": "https://127.0.0.1:{{_port}}", "token": "t"}""");
        await fleet.AddManagerAsync("open", "openshift", """{"server_url": "http://10.0.0.9:8080", "token": "t"}""");

        await fleet.ContainerAsync("register_node", new { container_manager_name = "k", address = "10.0.0.1" });
        var refused = await Assert.ThrowsAsync<ContainerManagerException>(() => fleet.ContainerAsync("register_node", new { container_manager_name = "wrong", address = "10.0.0.2" }));
        Assert.Equal(401, refused.ErrorData!.Value.GetInt32());   // as the deployed service has it
        Assert.Contains("401 Unauthorized; put a valid token in its options.token", refused.Message);
        Assert.DoesNotContain("another-token", refused.Message);
        Assert.Contains("does not answer", await fleet.RefusalAsync("list_nodes", new { container_manager_name = "untrusted" }));
        Assert.Contains("which would send options.token unencrypted; use https", await fleet.RefusalAsync("list_nodes", new { container_manager_name = "open" }));
        kubernetes.Dispose();
        Assert.Contains($"the API server https://127.0.0.1:{_port} of container manager k does not answer", await fleet.RefusalAsync("list_nodes", new { container_manager_name = "k" }));
        using var again = await StartAsync();
        Assert.Empty(await fleet.NodesAsync("k"));
    }

    private Task<PythonPeer> StartAsync() => PythonPeer.StartAsync("kubernetes_stand_in.py", $"{_port}", Token, _certificate.CertificateFile, _certificate.KeyFile);

    private string Options(string token) => $$"""{"server_url": "https://127.0.0.1:{{_port}}", "token": "{{token}}", "certificate_ca_path": {{JsonSerializer.Serialize(_certificate.AuthorityFile)}}, "stop_timeout_s": 1}""";

    // What a kubelet says of its node.
    private async Task SetReadyAsync(string node, string ready)
    {
        var body = JsonSerializer.Serialize(new { status = new { conditions = new[] { new { type = "Ready", status = ready, reason = ready == "True" ? "KubeletReady" : "KubeletNotReady", message = "container runtime" } } } });
        await TestHost.RunAsync("curl", "-sSf", "--cacert", _certificate.AuthorityFile, "-H", $"Authorization: Bearer {Token}", "-X", "PUT", "-d", body, $"https://127.0.0.1:{_port}/api/v1/nodes/{node}/status");
    }
}
