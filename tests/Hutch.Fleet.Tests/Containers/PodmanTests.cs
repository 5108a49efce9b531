using Docker.DotNet.Models;
using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Containers;

/// <summary>Podman and Docker, by the API that both answer, with a Podman that runs containers.</summary>
public sealed class PodmanTests
{
    private static string Url => $"memory://{Guid.NewGuid():N}";

    [Theory]
    [InlineData("podman")]
    [InlineData("docker")]
    public async Task Containers_run_end_with_their_exit_code_and_are_stopped(string type)
    {
        await using var engine = await PodmanEngine.StartAsync();
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.StartContainerManagerAsync();
        await fleet.AddManagerAsync("p", type, PodmanEngine.Options.Replace("{\"network\"", $"{{\"server_url\": \"{engine.Url}\", \"network\"", StringComparison.Ordinal));
        var place = new { container_manager_name = "p", address = "10.0.0.1" };
        await fleet.ContainerAsync("register_node", place);
        Assert.Equal(["10.0.0.1 ok"], await fleet.NodesAsync("p"));
        var status = await fleet.ContainerAsync("get_node_status", place);
        Assert.Equal($"{type} 4.", status.GetProperty("engine").GetString()![..(type.Length + 3)]);
        Assert.Equal(Environment.ProcessorCount, status.GetProperty("cpus").GetInt32());

        var run = await fleet.ContainerAsync("run_container", new { place.container_manager_name, place.address, image = "tools", command = new[] { "sleep", "1000" }, name = "receiver" });
        Assert.Equal("receiver 10.0.0.1 tools running", $"{run.GetProperty("name")} {run.GetProperty("node")} {run.GetProperty("image")} {run.GetProperty("state")}");
        // What an environment has is told by how it ends.
        await fleet.ContainerAsync("run_container", new { place.container_manager_name, place.address, image = "tools", command = new[] { "sh", "-c", "exit $CODE" }, name = "ends", environment = new Dictionary<string, string> { ["CODE"] = fleet.Storage.Seal.Seal("7") } });
        await fleet.ContainersBecomeAsync("p", "ends 10.0.0.1 exited 7", "receiver 10.0.0.1 running");

        Assert.Contains("already in use", await fleet.RefusalAsync("run_container", new { place.container_manager_name, place.address, image = "tools", command = new[] { "sleep", "1" }, name = "receiver" }));
        Assert.Contains("no-such-image", await fleet.RefusalAsync("run_container", new { place.container_manager_name, place.address, image = "no-such-image", command = new[] { "sleep", "1" }, name = "x" }));
        Assert.Contains("no-such-command", await fleet.RefusalAsync("run_container", new { place.container_manager_name, place.address, image = "tools", command = new[] { "no-such-command" }, name = "y" }));
        Assert.Equal("there is no container nope of container manager p; there are ends, receiver", await fleet.RefusalAsync("stop_container", new { container_manager_name = "p", name = "nope" }));
        await fleet.ContainerAsync("stop_container", new { container_manager_name = "p", name = "receiver" });
        await fleet.ContainerAsync("stop_container", new { container_manager_name = "p", name = "ends", place.address });
        Assert.Empty(await fleet.ContainersAsync("p"));
    }

    [Fact]
    public async Task Containers_of_others_are_not_touched_and_an_engine_that_is_away_or_another_nodes_is_an_error_that_says_so()
    {
        var engine = await PodmanEngine.StartAsync();
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.StartContainerManagerAsync();
        await fleet.AddManagerAsync("p", "podman", PodmanEngine.Options.Replace("{\"network\"", $"{{\"server_url\": \"{engine.Url}\", \"network\"", StringComparison.Ordinal));
        await using (engine)
        {
            using var docker = engine.Connect();
            await docker.Containers.CreateContainerAsync(new CreateContainerParameters { Name = "of-others", Image = "tools", Cmd = ["sleep", "1"] });
            await fleet.ContainerAsync("register_node", new { container_manager_name = "p", address = "a" });
            await fleet.ContainerAsync("register_node", new { container_manager_name = "p", address = "a" });

            Assert.Empty(await fleet.ContainersAsync("p"));
            Assert.Contains("there is no container of-others", await fleet.RefusalAsync("stop_container", new { container_manager_name = "p", name = "of-others" }));
            Assert.Contains("which is node a; put {address} in", await fleet.RefusalAsync("register_node", new { container_manager_name = "p", address = "b" }));
            Assert.StartsWith("Node b is not registered", await fleet.RefusalAsync("run_container", new { container_manager_name = "p", address = "b", image = "tools" }));
            await engine.StopAsync();
        }

        Assert.Contains($"podman of node a does not answer at {engine.Url}", await fleet.RefusalAsync("get_node_status", new { container_manager_name = "p", address = "a" }));
        Assert.Equal(["a unreachable"], await fleet.NodesAsync("p"));
        Assert.Equal(["a unknown"], (await fleet.ContainersAsync("p")).Select(c => c.Trim()));
        await fleet.ContainerAsync("remove_node", new { container_manager_name = "p", address = "a" });
        Assert.Empty(await fleet.NodesAsync("p"));
    }

    [Theory]
    [InlineData("""{"server_url": "ftp://host"}""", "options.server_url is ftp://host; it must be unix:///PATH or tcp://HOST:PORT")]
    [InlineData("""{"ulimits": {"nofile": "many"}}""", "options.ulimits.nofile is many; it must be SOFT:HARD")]
    [InlineData("""{"sever_url": "unix:///run/podman.sock"}""", "its options are server_url, network, ulimits")]
    public async Task An_option_that_is_wrong_is_named_with_the_way_out(string options, string said)
    {
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.StartContainerManagerAsync();
        await fleet.AddManagerAsync("p", "podman", options);

        Assert.Contains(said, await fleet.RefusalAsync("list_nodes", new { container_manager_name = "p" }));
    }
}
