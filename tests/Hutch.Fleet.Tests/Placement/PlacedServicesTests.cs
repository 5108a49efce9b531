using System.Globalization;
using Hutch.Beamline;
using Hutch.Fleet.Placement;
using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Placement;

/// <summary>Services of a beamline file on another host, as if they were here.</summary>
public sealed class PlacedServicesTests
{
    private const string Secret = "planted-4711-secret";

    private static string File(string node) => $$"""
        {
          "name": "placed",
          "clusters": [{ "name": "c", "nodes": [{ "name": "far", {{node}} }] }],
          "services": [
            {
              "name": "clock", "node": "far", "tags": ["far"], "ready": { "log": "tick" }, "environment": { "CLOCK_TOKEN": "$CLOCK_TOKEN" },
              "command": ["sh", "-c", "trap 'echo bye; exit 0' TERM; while :; do echo tick $$(hostname) $${#CLOCK_TOKEN}; sleep 0.2; done"]
            },
            { "name": "user", "command": ["sleep", "100000"], "depends_on": ["clock"] }
          ]
        }
        """;

    [Fact]
    public async Task A_service_on_another_host_is_seen_and_commanded_as_one_of_this_one()
    {
        await using var host = await TestHost.StartAsync();
        using var beamline = new PlacedBeamline(File(PlacedBeamline.On(host)), ("CLOCK_TOKEN", Secret));
        var name = (await host.InsideAsync("hostname")).Trim();
        beamline.Succeed("up", beamline.FilePath, "--detach");
        var clock = beamline.Service("clock");
        Assert.Equal(("running", true, host.Address, "far"), ((string?)clock["state"], (bool)clock["ready"]!, (string?)clock["host"], (string?)clock["node"]));
        Assert.Contains($"info tick {name} {Secret.Length}", beamline.Succeed("logs", "clock"), StringComparison.Ordinal);
        var pid = (int)clock["pid"]!;
        Assert.StartsWith("sh", await host.InsideAsync("cat", $"/proc/{pid}/comm"), StringComparison.Ordinal);
        // The secret is in the memory of those who need it, and nowhere else.
        Assert.DoesNotContain(Secret, await host.InsideAsync("sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '; cat /tmp/placed/* /run/hutch/*.log"), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, await TestHost.RunAsync("sh", "-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '"), StringComparison.Ordinal);
        Assert.Equal("600 700", (await host.InsideAsync("stat", "-c", "%a", "/tmp/placed/placed.far.json", "/tmp/placed")).ReplaceLineEndings(" ").Trim());

        beamline.Succeed("restart", "clock");
        Assert.NotEqual(pid, pid = (int)beamline.Service("clock")["pid"]!);
        Assert.Contains("info bye", beamline.Succeed("logs", "clock"), StringComparison.Ordinal);
        await host.InsideAsync("kill", "-9", pid.ToString(CultureInfo.InvariantCulture));
        beamline.WaitFor("clock", c => (int)c["restarts"]! == 1 && (bool)c["ready"]!, "it is started again there");
        beamline.Succeed("kill", "--tag", "far");
        Assert.Equal(("killed", "killed"), ((string?)beamline.Service("clock")["state"], (string?)beamline.Service("user")["state"]));
        beamline.Succeed("start", "user");
        pid = (int)beamline.Service("clock")["pid"]!;

        // When hutch up dies, what runs there goes on, and the next one takes it over.
        using (var here = System.Diagnostics.Process.GetProcessById((int)System.Text.Json.Nodes.JsonNode.Parse(await TestHost.RunAsync("pgrep", "-f", $"up {beamline.FilePath} --plain"))!))
        {
            here.Kill();
            await here.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        beamline.Succeed("up", beamline.FilePath, "--detach");
        Assert.Equal(pid, (int)beamline.Service("clock")["pid"]!);

        beamline.Succeed("down");
        Assert.Equal("", (await host.InsideAsync("sh", "-c", "pgrep -x sleep; ls /run/hutch/*.sock 2>/dev/null; true")).Trim());
    }

    [Fact]
    public async Task A_host_without_this_hutch_gets_it_or_is_told_how()
    {
        await using var host = await TestHost.StartAsync();
        var home = (await host.InsideAsync("sh", "-c", "echo ~root")).Trim();
        await host.InsideAsync("mount", "-t", "tmpfs", "tmpfs", home);
        using var folder = new TemporaryFolder();
        var node = new NodeEntry("far", null)
        {
            Host = host.Address,
            Ssh = new SshEntry { User = "root", IdentityFile = host.KeyFile, HostKeys = SshHostKeys.AcceptNew, Options = new() { ["UserKnownHostsFile"] = $"\"{folder["known"]}\"" } },
        };
        System.IO.File.WriteAllText(folder["Hutch.Cli"], "#!/bin/sh\necho a line of the login shell; echo '{\"hutch\":\"1.2.3\"}'; exec cat\n");
        await TestHost.RunAsync("chmod", "755", folder["Hutch.Cli"]);
        var needed = new SshNodeConnector("1.2.3", folder.Path);
        var missing = await Assert.ThrowsAsync<UserErrorException>(() => needed.ConnectAsync(node, folder.Path, TestContext.Current.CancellationToken));
        Assert.Matches("hutch does not run on .*not found; install this version \\(1.2.3\\) there, or run hutch up from a self-contained folder", missing.Message);

        System.IO.File.WriteAllText(folder["libcoreclr.so"], "");   // by which it is known to be self-contained
        await using (var connection = await needed.ConnectAsync(node, folder.Path, TestContext.Current.CancellationToken))
        {
            await connection.Input.WriteLineAsync("echo");
            await connection.Input.FlushAsync(TestContext.Current.CancellationToken);
            Assert.Equal("echo", await connection.Output.ReadLineAsync(TestContext.Current.CancellationToken));
        }
        var other = await Assert.ThrowsAsync<UserErrorException>(() => new SshNodeConnector("1.2.4", folder["nothing"]).ConnectAsync(node with { Hutch = $"{home}/.local/lib/hutch/1.2.3/bin/hutch" }, folder.Path, TestContext.Current.CancellationToken));
        Assert.Contains($"has version 1.2.3; install this version (1.2.4) there as {home}/.local", other.Message, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAnyAsync<UserErrorException>(() => needed.ConnectAsync(node with { Ssh = node.Ssh with { Port = 2 } }, folder.Path, TestContext.Current.CancellationToken));
        Assert.Matches("cannot log in to .*: .*Connection refused; try: ssh -T .* true", refused.Message);
    }
}
