using System.Text.Json;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Epics;

/// <summary>An operator's client drives the demo's data acquisition through PVs.</summary>
public sealed class EpicsStatusTests : IDisposable
{
    private readonly DemoBeamline _beamline = new();
    private readonly int _port = FreePorts.Tcp(1);

    public void Dispose() => _beamline.Dispose();

    [Fact]
    public void An_acquisition_is_started_watched_and_stopped_through_PVs()
    {
        using var program = ChildProcess.Hutch("run", "epics-status", "--url", _beamline.Url, "--port", $"{_port}", "--prefix", "T:");
        program.WaitForOutput("answers");
        Wait.Until(() => Text("T:STATE") == "READY", () => $"ready: {program}");
        var file = $"{_beamline.Data}/operator.h5";

        Ask("put", "T:OUTPUT_FILE", JsonSerializer.Serialize(file));
        Ask("put", "T:N_IMAGES", "20");
        Ask("put", "T:N_IMAGES", "0");   // below its limit: refused
        Assert.Equal("20", Ask("read", "T:N_IMAGES").GetProperty("T:N_IMAGES").GetProperty("text").GetString());
        Ask("put", "T:START", "1");
        Wait.Until(() => Text("T:ACQUISITION") == "FINISHED" && Text("T:FILE") == file, () => $"finished: {Text("T:ACQUISITION")} {Text("T:MESSAGE")} {program}");
        Assert.Equal(20, Ask("read", "T:IMAGES_WRITTEN").GetProperty("T:IMAGES_WRITTEN").GetProperty("value").GetDouble());
        Assert.True(File.Exists(file));

        Ask("put", "T:N_IMAGES", "100000");
        Ask("put", "T:OUTPUT_FILE", JsonSerializer.Serialize($"{_beamline.Data}/stopped.h5"));
        Ask("put", "T:START", "1");
        Wait.Until(() => Text("T:STATE") == "WRITING", () => $"writing: {program}");
        Ask("put", "T:STOP", "1");
        Wait.Until(() => Text("T:STATE") == "READY", () => $"stopped: {program}");
        Assert.Equal("read-only", Ask("read", "T:STATE").GetProperty("T:STATE").GetProperty("access").GetString());
    }

    private string? Text(string pv) => Ask("read", pv).GetProperty(pv).GetProperty("text").GetString();

    private JsonElement Ask(params string[] arguments)
    {
        using var client = ChildProcess.Peer("epics_client.py", [$"{_port}", .. arguments]);
        return JsonDocument.Parse(client.Succeed().Output).RootElement.Clone();
    }
}
