using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Epics;

/// <summary>examples/epics/beamline.json as it runs, on free ports: the whole path on the embedded store and bus, and over HTTP.</summary>
public sealed class ExampleTests : IDisposable
{
    private static readonly string[] Pvs = ["demo:temperature", "demo:current", "demo:shutter", "demo:motor", "demo:sample", "demo:spectrum"];

    private readonly EpicsExample _example = new();
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(60) };

    public void Dispose()
    {
        _client.Dispose();
        _example.Dispose();
    }

    [Fact]
    public void A_request_over_HTTP_gets_every_value_and_the_list_of_PVs_changes_while_it_runs()
    {
        Wait.Until(() => (int?)Call("status", new JsonObject())["states"]?["connected"] == Pvs.Length, () => "all PVs are connected");
        var start = After(20);
        var stop = After(200);
        After(30);
        var file = _example["out.h5"];
        var id = (string)Post("requests", new JsonObject
        {
            ["tag"] = "epics",
            ["request"] = new JsonObject
            {
                ["start_pulse_id"] = start,
                ["stop_pulse_id"] = stop,
                ["channels"] = new JsonArray([.. Pvs.Select(p => (JsonNode)p)]),
                ["output_file"] = file,
                ["run_log_file"] = _example["run.log"],
            },
        })["request_id"]!;
        JsonNode? request = null;
        Wait.Until(() => (request = Get($"requests/{id}"))?["services"]?["validator"]?.AsArray().Count == 2, () => $"the validator ends: {request}");
        Assert.Equal("succeeded", (string?)request!["state"]);

        using var peer = ChildProcess.Peer("epics_file.py", [file, _example.Record, "demo:pulse_id", $"{start}", $"{stop}", "0", .. Pvs]);
        var report = JsonDocument.Parse(peer.Succeed().Output).RootElement;
        Assert.Equal("[]", report.GetProperty("problems").GetRawText());
        Assert.Equal(0, Pvs.Sum(p => report.GetProperty("missing").GetProperty(p).GetInt32()));
        Assert.Contains("[demo:temperature] Point count", File.ReadAllText(_example["run.log"]), StringComparison.Ordinal);

        Assert.Equal(1, (int)Call("add_pvs", new JsonObject { ["pvs"] = new JsonArray("demo:pulse_id") })["added"]!);
        Wait.Until(() => (int?)Call("status", new JsonObject())["states"]?["connected"] == Pvs.Length + 1, () => "the new PV is connected");
        Assert.Equal(2, (int)Call("remove_pvs", new JsonObject { ["pvs"] = new JsonArray("demo:pulse_id", "demo:motor") })["removed"]!);
        Assert.DoesNotContain("demo:motor", Call("pv_list", new JsonObject()).ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("no server answers", (string)Call("diagnose", new JsonObject { ["pv"] = "demo:none" })["advice"]!, StringComparison.Ordinal);
    }

    private long After(int pulses)
    {
        long Newest() => File.ReadLines(_example.Record).Reverse().Take(100).Where(l => l.Contains("demo:pulse_id", StringComparison.Ordinal) && l.EndsWith('}'))
            .Select(l => (long)JsonNode.Parse(l)!["value"]![0]!.GetValue<double>()).DefaultIfEmpty(0).Max();

        var wanted = Newest() + pulses;
        Wait.Until(() => Newest() >= wanted, () => $"pulse {wanted}");
        return Newest();
    }

    private JsonNode Call(string method, JsonObject parameters) => Post($"bus/services/buffer/{method}", parameters)["result"]!;

    private JsonNode Post(string path, JsonObject body)
    {
        using var answer = _client.PostAsJsonAsync($"{_example.Url}/api/v1/{path}", body).GetAwaiter().GetResult();
        var text = answer.Content.ReadAsStringAsync().GetAwaiter().GetResult();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    // Null as long as nothing was heard of it: a request is known from its first status.
    private JsonNode? Get(string path)
    {
        using var answer = _client.GetAsync($"{_example.Url}/api/v1/{path}").GetAwaiter().GetResult();
        return answer.StatusCode == HttpStatusCode.NotFound ? null : JsonNode.Parse(answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync().GetAwaiter().GetResult());
    }
}
