using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;
using Hutch.Tests.Servers;

namespace Hutch.Tests.EndToEnd.Web;

/// <summary>One trace from a call of the REST interface through the bus to the file, as a collector of somebody else's making hears it.</summary>
public sealed class TraceTests
{
    [Fact]
    public async Task A_trace_leads_from_the_call_over_the_bus_to_the_file()
    {
        await using var redis = new RedisServer();
        await redis.InitializeAsync();
        using var collector = ChildProcess.Peer("trace_collector.py");
        var port = collector.WaitForOutput(@"\A(\d+)\n").Groups[1].Value;
        using var beamline = new DemoBeamline(edit: text => text.Replace("memory://demo", redis.Url, StringComparison.Ordinal), environment:
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://127.0.0.1:{port}"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_BSP_SCHEDULE_DELAY", "100"),
        ]);
        var (trace, caller) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
        var file = $"{beamline.Data}/traced.h5";
        var id = (string)beamline.Post("/api/v1/requests", new JsonObject { ["request"] = new JsonObject { ["n_images"] = 5, ["output_file"] = file } }, $"00-{trace}-{caller}-01")["request_id"]!;
        Assert.Equal("succeeded", (string)beamline.TryGet($"/api/v1/requests/{id}?wait=60")!["state"]!);

        string[] names = ["POST /api/v1/requests", "request demo", "work demo", "acquisition", "write file"];
        Dictionary<string, JsonNode> spans = [];
        Wait.Until(() => names.All(n => (spans = SpansOf(collector, trace)).Keys.Any(k => IsA(k, n))), () => $"not all of {string.Join(", ", names)} in\n{collector}");
        // Each belongs to the one before it, over three processes and the broker.
        var parent = caller;
        foreach (var name in names)
        {
            var span = spans.Single(s => IsA(s.Key, name)).Value;
            Assert.Equal(parent, (string)span["parent"]!);
            Assert.NotEqual(2, (int)span["status"]!);
            parent = (string)span["span"]!;
        }
        var written = spans["write file"];
        Assert.StartsWith("writer", (string)written["service"]!, StringComparison.Ordinal);
        Assert.StartsWith("rest", (string)spans["acquisition"]["service"]!, StringComparison.Ordinal);
        Assert.Equal(file, (string)written["attributes"]!["hutch.file"]!);
        Assert.Equal(5, (long)written["attributes"]!["hutch.images"]!);
        Assert.DoesNotContain("/health", collector.Output, StringComparison.Ordinal);
    }

    private static bool IsA(string name, string kind) => name.StartsWith(kind, StringComparison.Ordinal);

    private static Dictionary<string, JsonNode> SpansOf(ChildProcess collector, string trace) =>
        collector.Output.Split('\n').Where(l => l.StartsWith('{')).Select(l => JsonNode.Parse(l)!).Where(s => (string)s["trace"]! == trace)
            .GroupBy(s => (string)s["name"]!).ToDictionary(g => g.Key, g => g.First());
}
