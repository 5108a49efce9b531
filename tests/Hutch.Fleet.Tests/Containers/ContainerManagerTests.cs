using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Fleet.Containers;
using Hutch.Fleet.Records;
using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Containers;

/// <summary>What does not depend on the bus.</summary>
public sealed class ContainerManagerTests
{
    private static string Url => $"memory://{Guid.NewGuid():N}";

    [Fact]
    public async Task The_investigator_registers_a_host_with_the_container_manager_of_its_cluster_and_says_why_it_could_not()
    {
        await using var host = await TestHost.StartAsync();
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.StartInvestigatorAsync();
        await fleet.AddAsync(host);
        await fleet.AddManagerAsync("t", "trivial");
        await fleet.Storage.Records.SaveAsync(new Cluster { Name = "c1", ContainerManager = "t", Hostset = [host.Address] });

        Assert.Contains("start one with: hutch run container-manager", await InvestigateAsync("t"));
        await fleet.StartContainerManagerAsync();
        Assert.Contains("'nope' is not a container manager", await InvestigateAsync("nope"));
        Assert.Equal(HostStatus.Active, await InvestigateAsync("t"));
        Assert.Equal([$"{host.Address} ok"], await fleet.NodesAsync("t"));

        async Task<string> InvestigateAsync(string manager)
        {
            try
            {
                await fleet.Storage.Bus.CallAsync("jobs.investigate", new { address = host.Address, cluster_data = new { name = "c1", container_manager = manager } });
            }
            catch (RpcException)
            {
                return (await fleet.Storage.Records.GetAsync<Host>(host.Address)).Reason;
            }
            return (await fleet.Storage.Records.GetAsync<Host>(host.Address)).Status;
        }
    }

    [Fact]
    public async Task What_could_not_be_removed_is_removed_when_its_container_manager_is_back()
    {
        using var certificate = new ServerCertificate();
        var port = FreePort.NextBelow(22000);
        Task<PythonPeer> Start() => PythonPeer.StartAsync("kubernetes_stand_in.py", $"{port}", "t", certificate.CertificateFile, certificate.KeyFile);
        var kubernetes = await Start();
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.AddManagerAsync("k", "kubernetes", $$"""{"server_url": "https://127.0.0.1:{{port}}", "token": "t", "certificate_ca_path": {{JsonSerializer.Serialize(certificate.AuthorityFile)}}}""");
        await fleet.Storage.Records.SaveAsync(new Host { Address = "a", Status = HostStatus.Disassociated });
        await fleet.Storage.Records.SaveAsync(new Cluster { Name = "c1", ContainerManager = "k", Hostset = ["a"] });
        await fleet.StartContainerManagerAsync();
        await Eventually.TrueAsync(async () => (await fleet.Storage.Records.GetAsync<Host>("a")).Status == HostStatus.Active, TimeSpan.FromSeconds(15), () => "a is active");

        kubernetes.Dispose();
        await fleet.Storage.Records.DeleteAsync<Host>("a");
        await Eventually.TrueAsync(() => fleet.Log.Any(l => l.Contains("removing node a from container manager k failed", StringComparison.Ordinal)), "it is told that the removal failed");
        using var again = await Start();

        await Eventually.TrueAsync(async () => (await fleet.Storage.Records.ListAsync<ContainerManagerNode>()).Count == 0, TimeSpan.FromSeconds(15), () => "the node is removed");
    }

    [Fact]
    public async Task Container_managers_of_the_configuration_are_as_Commissaires_and_stand_before_records()
    {
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.StartContainerManagerAsync("""{"name": "t", "handler": "commissaire.containermgr.trivial"}""");
        await fleet.AddManagerAsync("t", "podman");
        await fleet.AddManagerAsync("p", "docker", """{"server_url": "tcp://{address}:2375"}""");

        await fleet.ContainerAsync("register_node", new { container_manager_name = "t", address = "a" });
        var managers = await fleet.ContainerAsync("list_managers", new { });

        Assert.Equal(["t trivial", "p docker"], managers.EnumerateArray().Select(m => $"{m.GetProperty("name").GetString()} {m.GetProperty("type").GetString()}"));
        Assert.Contains("trivial and runs nothing", await fleet.RefusalAsync("run_container", new { container_manager_name = "t", address = "a", image = "tools" }));
        Assert.Contains("'Upper' is not a valid container name", await fleet.RefusalAsync("run_container", new { container_manager_name = "t", address = "a", image = "tools", name = "Upper" }));
        Assert.Contains("'A B' is not a valid variable name", await fleet.RefusalAsync("run_container", new { container_manager_name = "t", address = "a", image = "tools", environment = new Dictionary<string, string> { ["A B"] = "1" } }));
    }

    [Theory]
    [InlineData("""["k"]""", "container_handlers[0] is not an object")]
    [InlineData("""[{"handler": "trivial"}]""", "container_handlers[0] has no name")]
    [InlineData("""[{"name": "t"}]""", "container_handlers[0] has no handler")]
    [InlineData("""[{"name": "t", "handler": "swarm"}]""", "swarm is not one of openshift, kubernetes, podman")]
    [InlineData("""[{"name": "t", "handler": "trivial"}, {"name": "t", "type": "podman"}]""", "there is another one named t")]
    public void A_configuration_that_is_wrong_is_refused_with_the_way_out(string handlers, string said) =>
        Assert.Contains(said, Assert.ThrowsAny<UserErrorException>(() => ContainerManagers.Read(JsonNode.Parse(handlers))).Message);

    [Theory]
    [InlineData("registry.local:5000/Beam_line/Receiver:1.2", "^c-receiver-[0-9a-f]{6}$")]
    [InlineData("/srv/tools/", "^c-tools-[0-9a-f]{6}$")]
    [InlineData("", "^c-[0-9a-f]{6}$")]
    [InlineData("an-image-whose-name-is-much-longer-than-the-sixty-three-characters-of-a-label", "^c-an-image-whose-name-is-much-longer-than-the-sixt-[0-9a-f]{6}$")]
    public void A_container_without_a_name_is_named_after_its_image(string image, string pattern) => Assert.Matches(pattern, ContainerSpec.NameOf(null, image));
}
