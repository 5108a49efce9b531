using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Services;

/// <summary>examples/beamline.json: the data path as processes; whichever is killed, images are written again.</summary>
public sealed class DemoBeamlineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DemoBeamlineTests()
    {
        // The example on free ports, under a name of its own, writing here.
        var examples = Path.Combine(Repository.Root, "examples");
        var detector = $"beamline-{Environment.ProcessId}";
        File.WriteAllText(_folder["beamline-detector.json"], File.ReadAllText(Path.Combine(examples, "beamline-detector.json"))
            .Replace("demo-beamline", detector, StringComparison.Ordinal).Replace("50100", $"{FreePorts.Udp(2)}", StringComparison.Ordinal));
        File.WriteAllText(_folder["beamline.json"], File.ReadAllText(Path.Combine(examples, "beamline.json"))
            .Replace("/tmp/hutch-beamline.h5", _folder["images.h5"], StringComparison.Ordinal)
            .Replace("\"images\": 100", "\"images\": 20", StringComparison.Ordinal)
            .Replace("\"rate\": 10", "\"rate\": 40", StringComparison.Ordinal)
            .Replace("\"initial_delay\": 0.5", "\"budget\": 1000, \"initial_delay\": 0.1", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        using (var down = Hutch("down"))
            down.WaitForExit();
        _folder.Dispose();
    }

    [Fact]
    public void Whichever_process_is_killed_the_system_runs_again()
    {
        using (var up = Hutch("up", _folder["beamline.json"], "--detach"))
            up.Succeed();
        WaitForAnotherRun("at the start");
        foreach (var name in new[] { "receiver-0", "receiver-1", "assembler", "writer", "simulator" })
        {
            int? running = null;
            Wait.Until(() => (running = (int?)Service(name)["pid"]) is not null, () => $"{name} has no process: {Service(name)}");   // the writer has none between two runs
            var pid = running!.Value;
            System.Diagnostics.Process.GetProcessById(pid).Kill();
            Wait.Until(() => Service(name) is var now && (bool)now["ready"]! && (int?)now["pid"] != pid, () => $"{name} is not back: {Service(name)}");
            WaitForAnotherRun($"after {name} was killed");
        }
    }

    // The writer writes one run of 20 images after the other and says so in its log.
    private void WaitForAnotherRun(string when)
    {
        var before = Runs();
        Wait.Until(() => Runs() > before + 1, () => $"no further run {when}");
    }

    private int Runs()
    {
        using var logs = Hutch("logs", "writer");
        return logs.Succeed().Output.Split("20 of 20 images").Length - 1;
    }

    private JsonObject Service(string name)
    {
        using var services = Hutch("services", name, "--json");
        return JsonNode.Parse(services.Succeed().Output)!.AsArray().Single()!.AsObject();
    }

    private ChildProcess Hutch(params string[] arguments) =>
        ChildProcess.Start(Repository.Launcher, arguments, ("HUTCH_RUNTIME_DIR", _folder["run"]));
}
