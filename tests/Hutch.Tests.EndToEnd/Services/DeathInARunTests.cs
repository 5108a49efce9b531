using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Services;

/// <summary>
/// The driver (in <c>rest</c>), the writer, or both are killed in the middle of an acquisition of examples/beamline.json: it has an end all
/// the same, its file is named for what it is, and status, log and ledger say what is in it.
/// </summary>
public sealed class DeathInARunTests : IDisposable
{
    private const int Images = 4000;   // of which the beamline takes 40 a second

    private readonly DemoBeamline _beamline = new();

    public void Dispose() => _beamline.Dispose();

    [Fact]
    public void An_acquisition_has_an_end_whoever_dies()
    {
        _beamline.WaitForAnotherRun("at the start");
        foreach (var victims in new[] { new[] { "rest" }, ["writer"], ["rest", "writer"] })
            AssertEnds(victims);
        // Killed again before or while it ends what its predecessor left: the end is noted once.
        var file = Begin("twice");
        _beamline.Kill("rest");
        var killed = (int?)_beamline.Service("rest")["pid"];
        Wait.Until(() => _beamline.Service("rest")["pid"] is { } pid && (int)pid != killed, () => "rest is not started again");
        _beamline.Kill("rest");
        AssertLogged(file, Rows, "twice");
        Assert.Single(_beamline.TryGet("/api/v1/acquisitions?n=100")!.AsArray(), a => (string?)a!["info"]!["output_file"] == file);
        // And a driver that is started again later shows the same end, and notes nothing anew.
        _beamline.Kill("rest");
        Wait.Until(() => (string?)Status()?["state"] == "READY", () => "rest is not back");
        Assert.Equal((file, "FAILED"), ((string?)Status()!["acquisition"]!["info"]!["output_file"], (string?)Status()!["acquisition"]!["state"]));
        Assert.Single(_beamline.TryGet("/api/v1/acquisitions?n=100")!.AsArray(), a => (string?)a!["info"]!["output_file"] == file);
        _beamline.WaitForAnotherRun("after all that");
    }

    private void AssertEnds(string[] victims)
    {
        var file = Begin(string.Join('-', victims));
        _beamline.Kill(victims);
        AssertFailed(file, string.Join(" and ", victims));
        _beamline.WaitForAnotherRun($"after {string.Join(" and ", victims)} was killed");
    }

    private string Begin(string name)
    {
        var file = $"{_beamline.Data}/{name}.h5";
        var begun = _beamline.Post("/writer/write_async", new JsonObject { ["n_images"] = Images, ["output_file"] = file });
        Assert.Equal("WRITING", (string?)begun["writer"]?["state"]);
        Wait.Until(() => (long?)Status()?["acquisition"]?["stats"]?["n_write_completed"] > 20, () => $"no images: {Status()}");
        return file;
    }

    private void AssertFailed(string file, string who)
    {
        JsonNode? status = null;
        Wait.Until(() => (string?)(status = Status())?["acquisition"]?["state"] == "FAILED", () => $"{who}: {status}\n{Log()}");
        Assert.False(File.Exists(file), $"{who}: {file} has the name of a complete file");
        var images = Rows(file + ".incomplete");
        Assert.InRange(images, 1, Images - 1);
        Assert.Equal((file, images), ((string?)status!["acquisition"]!["info"]!["output_file"], (long?)status["acquisition"]!["stats"]!["n_write_completed"]));
        Assert.Contains($"{images} of {Images} images are in {file}.incomplete", (string?)status["acquisition"]!["message"], StringComparison.Ordinal);
        AssertLogged(file, _ => images, who);
    }

    private void AssertLogged(string file, Func<string, long> images, string who)
    {
        JsonNode? record = null;
        Wait.Until(() => (record = _beamline.TryGet("/api/v1/acquisitions?n=1")?[0]) is not null && (string?)record["info"]!["output_file"] == file, () => $"{who}: {_beamline.TryGet("/api/v1/acquisitions?n=1")}");
        Assert.Equal("FAILED", (string?)record!["state"]);
        Assert.True((bool?)record["ledger"]!["adds_up"], $"{who}: {record["ledger"]}");
        Assert.False(File.Exists(file), $"{who}: {file} has the name of a complete file");
        Assert.Equal(images(file + ".incomplete"), (long?)record["ledger"]!["stages"]!.AsArray().Single(s => (string?)s!["stage"] == "file")!["passed"]);
    }

    private string Log()
    {
        using var logs = _beamline.Hutch("logs", "rest");
        logs.WaitForExit();
        return logs.Everything;
    }

    private JsonNode? Status() => _beamline.TryGet("/writer/status")?["writer"];

    private static long Rows(string file)
    {
        using var reader = ChildProcess.Start("/usr/bin/python3", ["-c", """
            import h5py, sys
            f = h5py.File(sys.argv[1])
            g = f[list(f)[0]]
            assert len(g["data"]) == len(g["metadata"])
            print(len(g["data"]))
            """, file]);
        return long.Parse(reader.Succeed().Output.Trim(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
