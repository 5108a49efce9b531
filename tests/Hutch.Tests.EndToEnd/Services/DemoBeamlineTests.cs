using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Services;

/// <summary>examples/beamline.json: the data path as processes; whichever is killed, images are written again.</summary>
public sealed class DemoBeamlineTests : IDisposable
{
    private readonly DemoBeamline _beamline = new();

    public void Dispose() => _beamline.Dispose();

    [Fact]
    public void Whichever_process_is_killed_the_system_runs_again()
    {
        _beamline.WaitForAnotherRun("at the start");
        foreach (var name in new[] { "receiver-0", "receiver-1", "assembler", "writer", "simulator", "rest" })
        {
            var pid = (int)_beamline.Service(name)["pid"]!;
            System.Diagnostics.Process.GetProcessById(pid).Kill();
            Wait.Until(() => _beamline.Service(name) is var now && (bool)now["ready"]! && (int?)now["pid"] != pid, () => $"{name} is not back: {_beamline.Service(name)}");
            _beamline.WaitForAnotherRun($"after {name} was killed");
        }
    }
}
