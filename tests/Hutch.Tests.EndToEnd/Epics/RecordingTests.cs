using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;
using Hutch.Tests.Servers;

namespace Hutch.Tests.EndToEnd.Epics;

/// <summary>An acquisition names PVs, and its file has them: images and what the sample felt, in one.</summary>
public sealed class RecordingTests : IDisposable
{
    private const string Pulse = "r:pulse";
    private static readonly string[] Pvs = ["r:temperature", "r:slow", "r:mode"];

    private readonly TemporaryFolder _folder = new();
    private readonly SimulatedIoc _ioc;
    private readonly DemoBeamline _beamline;

    public RecordingTests()
    {
        _ioc = new SimulatedIoc(_folder, """
            { "pvs": [
              { "name": "r:pulse", "wave": "pulse", "rate": 100 },
              { "name": "r:temperature", "wave": "sine", "rate": 20, "value": 20, "period": 1 },
              { "name": "r:slow", "type": "long", "value": -5 },
              { "name": "r:mode", "type": "enum", "states": ["a", "b", "c"], "wave": "counter", "rate": 10 }
            ] }
            """);
        var store = $"sqlite://{_folder["store.db"].Replace(" ", "%20", StringComparison.Ordinal)}";
        File.WriteAllText(_folder["buffer.json"], $$"""{ "pulse_id_pv": "{{Pulse}}", "pv_list": ["{{string.Join("\", \"", Pvs)}}"] }""");
        _beamline = new DemoBeamline(store, edit: text => text[..text.LastIndexOf("  ]", StringComparison.Ordinal)].TrimEnd() + $$"""
            ,
            { "name": "buffer", "program": "epics-buffer", "restart": "always", "options": { "config": "{{_folder["buffer.json"]}}", "ca-addr-list": "{{_ioc.AddressList}}", "store": "{{store}}" } },
            { "name": "recorder", "program": "epics-recorder", "restart": { "policy": "always", "initial_delay": 0.1, "budget": 1000 }, "options": { "store": "{{store}}" } }
            ] }
            """);
    }

    public void Dispose()
    {
        _beamline.Dispose();
        _ioc.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_file_of_an_acquisition_has_the_PVs_that_it_names_and_its_images_are_as_they_were()
    {
        var run = Acquire("first.h5", [.. Pvs, "r:none"]);
        var report = WaitForReport(run);

        Assert.Equal("warning", (string?)report["status"]);
        Assert.Contains("r:none has no value", report["warnings"]!.ToJsonString(), StringComparison.Ordinal);
        Compare(run);
        Assert.Equal("ok", (string?)Wait.For(() => Reports(run).FirstOrDefault(r => r["control"] is null), "the report of the file validator")["status"]);

        var without = Acquire("second.h5", []);
        _ = Wait.For(() => Reports(without).FirstOrDefault(), "the report of the file validator");
        Assert.DoesNotContain("control", Names(without), StringComparison.Ordinal);
    }

    [Fact]
    public void A_recorder_that_is_killed_again_and_again_leaves_only_files_that_are_whole()
    {
        var runs = Enumerable.Range(0, 4).Select(i =>
        {
            var run = Acquire($"{i}.h5", Pvs);
            _beamline.Kill("recorder");
            return run;
        }).ToList();
        foreach (var run in runs)
        {
            Assert.NotEqual("error", (string?)WaitForReport(run)["status"]);
            Compare(run);
        }
        Assert.Empty(Directory.GetFiles(_beamline.Data, "*.changes*"));
    }

    private JsonObject Acquire(string file, string[] pvs)
    {
        JsonNode? answer = null;
        Wait.Until(() =>
        {
            answer = _beamline.Post("/api/v1/acquisitions?wait=60", new JsonObject
            {
                ["n_images"] = 40,
                ["output_file"] = $"{_beamline.Data}/{file}",
                ["pvs"] = new JsonArray([.. pvs.Select(p => JsonValue.Create(p))]),
            });
            return (string?)answer["acquisition"]?["message"] == "Completed.";
        }, () => $"no acquisition: {answer}");
        return answer!["acquisition"]!.AsObject();
    }

    private JsonObject WaitForReport(JsonObject run) => Wait.For(() => Reports(run).FirstOrDefault(r => r["control"] is not null), $"the report on the PVs of {run["info"]}");

    private IEnumerable<JsonObject> Reports(JsonObject run)
    {
        var id = _beamline.TryGet("/api/v1/acquisitions")?.AsArray().FirstOrDefault(a => (ulong?)a!["info"]!["run_id"] == (ulong?)run["info"]!["run_id"])?["id"];
        return id is null ? [] : _beamline.TryGet($"/api/v1/acquisitions/{id}")?["reports"]?.AsArray().Select(r => r!.AsObject()) ?? [];
    }

    private void Compare(JsonObject run)
    {
        var (start, end) = ((double)run["stats"]!["start_time"]! * 1e6, (double)run["stats"]!["stop_time"]! * 1e6);
        var pulses = _ioc.Record(Pulse).Where(p => p.Time >= start && p.Time <= end).Select(p => (long)p.Value[0].GetDouble()).ToList();
        var report = _ioc.Compare((string)run["info"]!["output_file"]!, Pulse, pulses[0], pulses[^1], Pvs);
        Assert.All(Pvs, pv => Assert.Equal(0, report.GetProperty("missing").GetProperty(pv).GetInt32()));
        Assert.True(report.GetProperty("rows").GetProperty("r:temperature").GetInt32() > 10, report.ToString());
        Assert.Equal(0, report.GetProperty("disconnected").GetProperty("r:temperature").GetInt32());
    }

    private string Names(JsonObject run) => _beamline.TryGet($"/api/v1/h5grove/meta?file={run["info"]!["output_file"]}&path=/")!["children"]!.ToJsonString();
}
