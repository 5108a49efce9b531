using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Services;

/// <summary>A beamline file run by the hutch command, and driven from another one over its control socket.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class BeamlineTests : IDisposable
{
    private const string File = """
        {
          // two in a row, one beside
          "name": "test",
          "clusters": [{ "name": "c", "nodes": [{ "name": "n" }] }],
          "services": [
            { "name": "clock", "command": ["sh", "-c", "trap 'echo bye; exit 0' TERM; while :; do echo tick; sleep 0.1; done"], "tags": ["core"], "ready": { "log": "tick" } },
            { "name": "user", "command": ["sleep", "100000"], "instances": 2, "depends_on": ["clock"], "node": "n" },
            { "name": "spare", "command": ["sleep", "100000"], "autostart": false, "tags": ["core", "spare"] },
          ],
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public BeamlineTests() => System.IO.File.WriteAllText(_folder["beamline.json"], File);

    public void Dispose()
    {
        using (var down = Hutch("down"))
            down.WaitForExit();
        _folder.Dispose();
    }

    private ChildProcess Hutch(params string[] arguments) =>
        ChildProcess.Start(Repository.Launcher, arguments, ("HUTCH_RUNTIME_DIR", _folder["run"]));

    private string Succeed(params string[] arguments)
    {
        using var hutch = Hutch(arguments);
        return hutch.Succeed().Output;
    }

    private string Fail(int code, params string[] arguments)
    {
        using var hutch = Hutch(arguments);
        Assert.True(hutch.WaitForExit() == code, hutch.ToString());
        return hutch.Errors;
    }

    private JsonObject[] Services(params string[] selectors) => [.. JsonNode.Parse(Succeed(["services", "--json", .. selectors]))!.AsArray().Select(s => s!.AsObject())];

    private string[] Names(params string[] selectors) => [.. Services(selectors).Select(s => (string)s["name"]!)];

    [Fact]
    public void Services_are_listed_chosen_ended_and_started_from_another_terminal()
    {
        Succeed("up", _folder["beamline.json"], "--detach");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(_folder["run/test.sock"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(_folder["run"]));
        Assert.Equal(["clock", "user-0", "user-1", "spare"], Names());
        Assert.Equal(["user-0", "user-1"], Names("--alive", "--no-alive-dependants"));
        Assert.Equal(["clock"], Names("--tag", "core", "--alive"));
        Assert.Equal(["spare"], Names("--not-alive"));
        Assert.Equal(["user-0", "user-1"], Names("--node", "n", "--cluster", "c"));
        var clock = Services("clock").Single();
        Assert.Equal(("running", "process", "session", 0, null), ((string)clock["state"]!, (string)clock["container"]!, (string)clock["scope"]!, (int)clock["restarts"]!, clock["last_error"]));

        Succeed("kill", "--tag", "core", "--alive");
        Assert.All(Services("clock", "user-0", "user-1"), s => Assert.Equal("killed", (string)s["state"]!));
        Succeed("start", "user-0");
        Assert.Equal(["clock", "user-0"], Names("--alive"));
        var before = (int)Services("user-0").Single()["pid"]!;
        Succeed("restart", "clock");
        Assert.Equal(before, (int)Services("user-0").Single()["pid"]!);
        Assert.Contains("bye", Succeed("logs", "clock"), StringComparison.Ordinal);
        Succeed("stop", "--all");
        Assert.Empty(Names("--alive"));

        Assert.Contains("no service is called nobody; there are: clock, user-0, user-1, spare", Fail(1, "stop", "nobody"), StringComparison.Ordinal);
        Assert.Contains("--all", Fail(2, "stop"), StringComparison.Ordinal);
        Assert.Contains("is already running", Fail(1, "up", _folder["beamline.json"], "--plain"), StringComparison.Ordinal);
        Succeed("down");
        Assert.Contains("no beamline is running here", Fail(1, "services"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_child_killed_with_9_runs_again_and_kill_9_of_the_supervisor_takes_all_with_it()
    {
        using var up = Hutch("up", _folder["beamline.json"], "--plain");
        Wait.Until(() => Pids().Length == 3, up.ToString);
        var clock = (int)Services("clock").Single()["pid"]!;
        Kill(clock);
        Wait.Until(() => Services("clock").Single() is var s && (int)s["restarts"]! == 1 && (bool)s["ready"]! && (int?)s["pid"] != clock, up.ToString);
        Assert.Contains("killed by SIGKILL (signal 9)", (string)Services("clock").Single()["last_error"]!, StringComparison.Ordinal);

        var pids = Pids();
        Assert.Equal(3, pids.Length);
        up.Signal(9);
        up.WaitForExit();
        Wait.Until(() => !pids.Any(p => Directory.Exists($"/proc/{p}")), () => string.Join(", ", pids));
        // What it left behind does not stop the next.
        Succeed("up", _folder["beamline.json"], "--detach");
    }

    [Fact]
    public void Kill_9_of_the_supervisor_takes_also_what_its_children_have_started()
    {
        System.IO.File.WriteAllText(_folder["family.json"], """
            { "name": "family", "services": [{ "name": "parent", "command": ["sh", "-c", "setsid sleep 100000 & echo grandchild $! here; wait"], "ready": { "log": "grandchild" } }] }
            """);
        using var up = Hutch("up", _folder["family.json"], "--plain");
        Wait.Until(() => Pids().Length == 1, up.ToString);
        var grandchild = System.Text.RegularExpressions.Regex.Match(Succeed("logs", "parent"), "grandchild ([0-9]+) here").Groups[1].Value;
        Assert.True(Directory.Exists($"/proc/{grandchild}"), grandchild);
        up.Signal(9);
        up.WaitForExit();
        Wait.Until(() => !Directory.Exists($"/proc/{grandchild}"), () => $"{grandchild} lives");
    }

    [Fact]
    public void Ctrl_C_ends_everything_in_order()
    {
        using var up = Hutch("up", _folder["beamline.json"], "--plain");
        Wait.Until(() => Pids().Length == 3, up.ToString);
        var pids = Pids();
        up.Signal(ChildProcess.SigInt);
        Assert.True(up.WaitForExit() == 0, up.ToString());
        Assert.DoesNotContain(pids, p => Directory.Exists($"/proc/{p}"));
        Assert.Empty(Directory.GetFiles(_folder["run"], "*.sock"));
    }

    [Fact]
    public void A_failure_for_good_ends_the_run_with_exit_code_1()
    {
        System.IO.File.WriteAllText(_folder["failing.json"], """
            { "name": "failing", "services": [{ "name": "once", "command": ["sh", "-c", "sleep 0.2; echo cannot open shutter; exit 3"], "restart": "never" }] }
            """);
        var error = Fail(1, "up", _folder["failing.json"], "--plain");
        Assert.Contains("once has failed", error, StringComparison.Ordinal);
        Assert.Contains("exit code 3", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_file_is_told_with_its_lines()
    {
        System.IO.File.WriteAllText(_folder["wrong.json"], "{ \"name\": \"x\",\n \"services\": [{ \"name\": \"a\", \"program\": \"udp-receiver\", \"options\": { \"modul\": 1 } }] }");
        var error = Fail(1, "up", _folder["wrong.json"], "--check");
        Assert.Contains("wrong.json:2:", error, StringComparison.Ordinal);
        Assert.Contains("modul", error, StringComparison.Ordinal);
    }

    private int[] Pids()
    {
        using var hutch = Hutch("services", "--json", "--alive");
        return hutch.WaitForExit() == 0
            ? [.. JsonNode.Parse(hutch.Output)!.AsArray().Where(s => (bool)s!["ready"]! && s["pid"] is not null).Select(s => (int)s!["pid"]!)]
            : [];
    }

    private static void Kill(int pid) => System.Diagnostics.Process.GetProcessById(pid).Kill();
}
