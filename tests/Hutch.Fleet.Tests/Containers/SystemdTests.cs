using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Containers;

/// <summary>Plain nodes: a systemd that has booted, reached by SSH.</summary>
public sealed class SystemdTests
{
    private const string Planted = "planted-password-of-a-container";

    private static string Url => $"memory://{Guid.NewGuid():N}";

    [Fact]
    public async Task Commands_run_as_units_end_with_their_exit_code_and_are_stopped()
    {
        await using var box = await SystemdBox.StartAsync();
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.StartContainerManagerAsync();
        await fleet.AddManagerAsync("beam#line:1", "systemd", """{"properties": ["MemoryMax=200M"]}""");
        await fleet.AddManagerAsync("beam", "systemd");
        await box.AddToAsync(fleet);
        var place = new { container_manager_name = "beam#line:1", address = SystemdBox.Address };
        await fleet.ContainerAsync("register_node", place);
        await fleet.ContainerAsync("register_node", new { container_manager_name = "beam", place.address });
        Assert.Equal(["127.0.0.1 ok"], await fleet.NodesAsync(place.container_manager_name));
        Assert.Equal("252", (await fleet.ContainerAsync("get_node_status", place)).GetProperty("systemd").GetString()![..3]);

        var run = await RunAsync("receiver", "", ["sleep", "1000"]);
        Assert.Equal("receiver 127.0.0.1 running", $"{run.GetProperty("name")} {run.GetProperty("node")} {run.GetProperty("state")}");
        await RunAsync("ends", "/srv/tools", ["/bin/busybox-only-here", "sh", "-c", "[ ! -e /usr/bin ] && [ \"$PASSWORD\" = \"$0\" ] && exit 7", Planted + "'s"], new() { ["PASSWORD"] = fleet.Storage.Seal.Seal(Planted + "'s"), ["PATH"] = "/nowhere" });
        await RunAsync("well", "", ["true"]);
        await RunAsync("killed", "", ["sh", "-c", "kill -9 $$"]);
        await fleet.ContainersBecomeAsync(place.container_manager_name, "ends 127.0.0.1 exited 7", "killed 127.0.0.1 exited 137", "receiver 127.0.0.1 running", "well 127.0.0.1 exited 0");
        Assert.Empty(await fleet.ContainersAsync("beam"));
        var unit = await box.InsideAsync("systemctl show --property=MemoryMax --value 'hutch:beam\\x23line\\x3a1:receiver.service'");
        Assert.Equal($"{200 << 20}", unit.Trim());

        Assert.Contains("it is there already; stop it first", await fleet.RefusalAsync("run_container", new { place.container_manager_name, place.address, command = new[] { "true" }, name = "receiver" }));
        Assert.EndsWith("Failed to find executable /no/such/command: No such file or directory", await fleet.RefusalAsync("run_container", new { place.container_manager_name, place.address, command = new[] { "/no/such/command" }, name = "x" }));
        Assert.Contains("systemd could not run it, status 203", await fleet.RefusalAsync("run_container", new { place.container_manager_name, place.address, image = "/srv/tools", command = new[] { "/bin/true" }, name = "x" }));
        Assert.Contains("on a plain node it must be the path of a folder", await fleet.RefusalAsync("run_container", new { place.container_manager_name, place.address, image = "tools", command = new[] { "true" } }));
        foreach (var name in (string[])["receiver", "ends", "well", "killed"])
            await fleet.ContainerAsync("stop_container", new { place.container_manager_name, name });
        Assert.Empty(await fleet.ContainersAsync(place.container_manager_name));
        Assert.Equal("0", (await box.InsideAsync("systemctl list-units --all --plain --no-legend 'hutch:*' | wc -l")).Trim());

        await box.InsideAsync("systemctl stop test-sshd");
        Assert.Contains("does not answer", await fleet.RefusalAsync("get_node_status", place));
        Assert.Equal(["127.0.0.1 unreachable"], await fleet.NodesAsync(place.container_manager_name));

        async Task<System.Text.Json.JsonElement> RunAsync(string name, string image, string[] command, Dictionary<string, string>? environment = null) =>
            await fleet.ContainerAsync("run_container", new { place.container_manager_name, place.address, image, command, name, environment = environment ?? [] });
    }

    [Fact]
    public async Task A_host_without_systemd_is_no_node()
    {
        await using var host = await TestHost.StartAsync();
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.StartContainerManagerAsync();
        await fleet.AddManagerAsync("s", "systemd");

        Assert.Contains($"there is no record of host {host.Address}", await fleet.RefusalAsync("register_node", new { container_manager_name = "s", address = host.Address }));
        await fleet.AddAsync(host);
        Assert.Contains("it was not booted with systemd", await fleet.RefusalAsync("register_node", new { container_manager_name = "s", address = host.Address }));
        Assert.Empty(await fleet.NodesAsync("s"));
    }
}
