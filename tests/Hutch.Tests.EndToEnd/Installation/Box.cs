using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Installation;

/// <summary>A machine with a systemd of its own (tests/boxes/systemd-box), booted once for all tests of this folder.</summary>
public sealed class Box : IDisposable
{
    private static readonly (string, string?)[] Name = [("BOX", $"hutch-tests-{Environment.ProcessId}")];

    private static readonly string Script = Path.Combine(Repository.Root, "tests", "boxes", "systemd-box");

    public Box() => Control("start");

    /// <summary>The output folder of a project of the repository, e.g. UnitWorker.</summary>
    public static string Assembly(string project) => Path.Combine(Repository.Root, "artifacts", "bin", project, "release", project + ".dll");

    /// <summary>Boots it again.</summary>
    public static void Restart() => Control("restart");

    /// <summary>Runs a command in it, as root, in a folder.</summary>
    internal static Answer Run(string folder, IEnumerable<string> command, params IEnumerable<(string, string?)> environment)
    {
        using var process = ChildProcess.Start(Script, ["exec", .. command], [.. Name, ("BOX_FOLDER", folder), .. environment]);
        process.CloseInput();
        var code = process.WaitForExit();
        return new Answer(code, process.Output, process.Errors, string.Join(' ', command));
    }

    /// <summary>Runs hutch in it.</summary>
    internal static Answer Hutch(params IEnumerable<string> arguments) => Run("/srv", [Repository.Launcher, .. arguments]);

    /// <summary>Runs commands of a shell in it, which must succeed.</summary>
    internal static string Shell(string script, params IEnumerable<string> arguments) => Run("/", ["sh", "-euc", script, "sh", .. arguments]).Succeed().Output.Trim();

    /// <summary>Waits in it until a command of a shell succeeds.</summary>
    internal static void Await(string condition, Func<string> explanation, params IEnumerable<string> arguments)
    {
        // One command that polls costs less than many that ask; it ends before what waits for it.
        var answer = Run("/", ["timeout", "50", "sh", "-c", $"until {condition}; do sleep 0.1; done", "sh", .. arguments]);
        if (answer.Code != 0)
            Assert.Fail($"after 50 s still not: {condition} {answer.Errors}\n{explanation()}");
    }

    /// <summary>Waits until a property of a unit has a value.</summary>
    internal static void AwaitProperty(string unit, string name, string value) => Await(
        "[ \"$(systemctl show \"$1\" --property \"$2\" --value)\" = \"$3\" ]", () => Story(unit), unit, name, value);

    /// <summary>What has happened to a unit, and what runs of it.</summary>
    internal static string Story(string unit) => Run("/", ["sh", "-c", "systemctl status \"$1\" --no-pager; systemctl show \"$1\" --property NRestarts; journalctl -u \"$1\" --no-pager -n 60", "sh", unit]).Output;

    /// <summary>A property of a unit, as systemctl shows it.</summary>
    internal static string Property(string unit, string name) => Run("/", ["systemctl", "show", unit, "--property", name, "--value"]).Output.Trim();

    /// <summary>Writes a file in it.</summary>
    internal static string Write(string path, string text)
    {
        Shell("mkdir -p \"$(dirname \"$1\")\"; printf %s \"$2\" > \"$1\"", path, text);
        return path;
    }

    public void Dispose() => Control("stop");

    private static void Control(string verb)
    {
        using var process = ChildProcess.Start(Script, [verb], Name);
        process.Succeed();
    }
}
