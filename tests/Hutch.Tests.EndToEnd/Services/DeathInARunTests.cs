using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Services;

/// <summary>
/// The driver (in <c>rest</c>), the writer, or both are killed in the middle of an acquisition of examples/beamline.json: it has an end all
/// the same, its file is named for what it is, and status, log and ledger say what is in it.
/// </summary>
public sealed class DeathInARunTests : IDisposable
{
    private const int Images = 1000;

    private readonly DemoBeamline _beamline = new(rate: 10);   // so that the ring holds what comes in 10 s

    public void Dispose() => _beamline.Dispose();

    [Fact]
    public void A_driver_that_died_is_followed_by_one_that_goes_on()
    {
        _beamline.WaitForAnotherRun("at the start");
        var file = Begin("rest");
        for (var kill = 0; kill < 2; kill++)
        {
            var written = (long)Status()!["acquisition"]!["stats"]!["n_write_completed"]!;
            _beamline.Kill("rest");
            Wait.Until(() => Status()?["acquisition"] is { } a && (string?)a["state"] == "ACQUIRING_IMAGES" && (long?)a["stats"]?["n_write_completed"] > written, () => $"it does not go on: {Status()}\n{Log()}");
        }

        var stopped = _beamline.Post("/writer/stop", new JsonObject())["writer"]!["acquisition"]!;

        Assert.Equal(("FINISHED", "Interrupted.", file), ((string?)stopped["state"], (string?)stopped["message"], (string?)stopped["info"]!["output_file"]));
        var ids = Ids(file);
        Assert.Equal(ids.Count, (long?)stopped["stats"]!["n_write_completed"]);
        Assert.Equal(ids.Order().Distinct(), ids);
        var record = AssertLogged(file, "FINISHED", ids.Count, "rest");
        var synchroniser = record["ledger"]!["stages"]!.AsArray().Single(s => (string?)s!["stage"] == "synchroniser")!;
        Assert.Equal(ids[^1] - ids[0] + 1 - (ulong)ids.Count, (ulong)synchroniser["expected"]! - (ulong)synchroniser["passed"]!);
        Assert.Single(_beamline.TryGet("/api/v1/acquisitions?n=100")!.AsArray(), a => (string?)a!["info"]!["output_file"] == file);

        // And a driver that is started again later shows the same end, and notes nothing again.
        _beamline.Kill("rest");
        Wait.Until(() => (string?)Status()?["state"] == "READY", () => "rest is not back");
        Assert.Equal((file, "FINISHED"), ((string?)Status()!["acquisition"]!["info"]!["output_file"], (string?)Status()!["acquisition"]!["state"]));
        Assert.Single(_beamline.TryGet("/api/v1/acquisitions?n=100")!.AsArray(), a => (string?)a!["info"]!["output_file"] == file);
    }

    [Fact]
    public void A_writer_that_died_ends_the_acquisition_whoever_dies_with_it()
    {
        _beamline.WaitForAnotherRun("at the start");
        foreach (var victims in new[] { new[] { "writer" }, ["rest", "writer"] })
        {
            var file = Begin(string.Join('-', victims));
            _beamline.Kill(victims);
            AssertFailed(file, string.Join(" and ", victims));
            _beamline.WaitForAnotherRun($"after {string.Join(" and ", victims)} was killed");
        }
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
        var images = Ids(file + ".incomplete").Count;
        Assert.InRange(images, 1, Images - 1);
        Assert.Equal((file, images), ((string?)status!["acquisition"]!["info"]!["output_file"], (long?)status["acquisition"]!["stats"]!["n_write_completed"]));
        Assert.Contains($"{images} of {Images} images are in {file}.incomplete", (string?)status["acquisition"]!["message"], StringComparison.Ordinal);
        AssertLogged(file, "FAILED", images, who);
    }

    private JsonNode AssertLogged(string file, string state, long images, string who)
    {
        JsonNode? record = null;
        Wait.Until(() => (record = _beamline.TryGet("/api/v1/acquisitions?n=1")?[0]) is not null && (string?)record["info"]!["output_file"] == file, () => $"{who}: {_beamline.TryGet("/api/v1/acquisitions?n=1")}");
        Assert.Equal(state, (string?)record!["state"]);
        Assert.True((bool?)record["ledger"]!["adds_up"], $"{who}: {record["ledger"]}");
        Assert.Equal(images, (long?)record["ledger"]!["stages"]!.AsArray().Single(s => (string?)s!["stage"] == "file")!["passed"]);
        return record;
    }

    private string Log()
    {
        using var logs = _beamline.Hutch("logs", "rest");
        logs.WaitForExit();
        return logs.Everything;
    }

    private JsonNode? Status() => _beamline.TryGet("/writer/status")?["writer"];

    private static List<ulong> Ids(string file)
    {
        using var reader = ChildProcess.Start("/usr/bin/python3", ["-c", """
            import h5py, sys
            f = h5py.File(sys.argv[1])
            g = f[list(f)[0]]
            assert len(g["data"]) == len(g["metadata"])
            print(*g["metadata"]["image_id"])
            """, file]);
        return [.. reader.Succeed().Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(i => ulong.Parse(i, System.Globalization.CultureInfo.InvariantCulture))];
    }
}
