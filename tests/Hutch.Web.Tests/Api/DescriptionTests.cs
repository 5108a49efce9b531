using System.Text.Json.Nodes;
using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.Api;

/// <summary>What a generator of clients needs stands in the OpenAPI document for every operation, and is true.</summary>
[Collection(SharedInstrument.Collection)]
public class DescriptionTests(SharedInstrument shared)
{
    private readonly HttpClient _client = shared.Instrument.Client;

    [Fact]
    public async Task Every_operation_has_what_a_generator_needs()
    {
        var document = await _client.GetJsonAsync("/openapi.json");
        var operations = Operations(document).ToList();
        Assert.True(operations.Count >= 55, $"{operations.Count} operations");
        Assert.Equal(operations.Count, operations.Select(o => (string?)o.Operation["operationId"]).OfType<string>().Distinct().Count());
        Assert.All(operations, o => Assert.Matches("^[a-z][A-Za-z0-9]+$", (string)o.Operation["operationId"]!));
        foreach (var (path, method, operation) in operations)
        {
            var name = $"{method} {path}";
            Assert.False(string.IsNullOrEmpty((string?)operation["summary"]), $"{name} has no summary");
            Assert.DoesNotContain("(query", (string)operation["summary"]!, StringComparison.Ordinal);
            Assert.DoesNotContain(operation["tags"]!.AsArray(), t => ((string)t!).Contains("Hutch.", StringComparison.Ordinal));
            Assert.All(operation["parameters"] as JsonArray ?? [], p => Assert.True(p!["description"] is not null && p["schema"] is not null, $"{name}: {p.ToJsonString()}"));
            var responses = operation["responses"]!.AsObject();
            Assert.All(["401", "403", "429"], code => Assert.True(responses.ContainsKey(code), $"{name} lacks {code}"));
            foreach (var (code, response) in responses)
                Assert.True(code == "202" || response!["content"] is JsonObject { Count: > 0 } content && content.All(c => c.Value!["schema"] is not null), $"{name} {code} has no schema");
            if (method is "post" or "patch" && operation["requestBody"] is { } body)
                Assert.True(body["content"]!["application/json"]!["schema"] is not null, $"{name} has no schema of its body");
        }
    }

    [Fact]
    public async Task Every_reference_leads_somewhere_and_every_schema_is_described_and_has_an_example_that_fits()
    {
        var document = await _client.GetJsonAsync("/openapi.json");
        var check = new SchemaCheck(document);
        foreach (var reference in References(document))
            check.Resolve(reference);
        var schemas = document["components"]!["schemas"]!.AsObject();
        Assert.True(schemas.Count > 30, $"{schemas.Count} schemas");
        foreach (var (name, schema) in schemas)
        {
            foreach (var (property, described) in schema!["properties"] as JsonObject ?? [])
                Assert.True(described!["description"] is not null || check.Resolve(described)["description"] is not null || described["oneOf"] is not null, $"{name}.{property} has no description");
            foreach (var example in schema["examples"] as JsonArray ?? [])
                Assert.Empty(check.Errors(example, schema, name));
        }
        var used = Operations(document).SelectMany(o => Contents(o.Operation)).Select(s => (string?)(s["items"] ?? s)["$ref"]).OfType<string>().Distinct().ToList();
        Assert.All(used.Where(r => !r.Contains("JsonNode", StringComparison.Ordinal)), r => Assert.True(check.Resolve(new JsonObject { ["$ref"] = r })["examples"] is JsonArray { Count: > 0 }, $"{r} has no example"));
    }

    [Fact]
    public async Task Answers_are_as_they_are_described()
    {
        var document = await _client.GetJsonAsync("/openapi.json");
        var check = new SchemaCheck(document);
        foreach (var (path, asked) in new[]
        {
            ("/writer/status", ""), ("/daq/config", ""), ("/daq/stats", ""), ("/daq/logs/{n_logs}", "/daq/logs/5"), ("/daq/deployment", ""), ("/simulation/status", ""),
            ("/api/v1/acquisitions", ""), ("/api/v1/acquisitions/current", ""), ("/api/v1/config", ""), ("/api/v1/config/history", ""), ("/api/v1/config/deployment", ""),
            ("/api/v1/bus/services", ""), ("/api/v1/requests", ""), ("/api/v1/audit", ""), ("/api/v1/clients", ""), ("/api/reduction", ""),
        })
        {
            var answer = await _client.GetJsonAsync(asked.Length > 0 ? asked : path);
            Assert.Empty(check.Errors(answer, Schema(document, path, "200", "application/json"), path));
        }
        var (_, problem) = await _client.AskAsync(HttpMethod.Get, "/api/v1/config/1-1");
        Assert.Empty(check.Errors(problem, Schema(document, "/api/v1/config/{id}", "404", "application/problem+json")));
    }

    private static JsonNode Schema(JsonNode document, string path, string status, string type) =>
        document["paths"]![path]!["get"]!["responses"]![status]!["content"]![type]!["schema"]!;

    private static IEnumerable<(string Path, string Method, JsonObject Operation)> Operations(JsonNode document) =>
        document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(o => (p.Key, o.Key, o.Value!.AsObject())));

    private static IEnumerable<JsonNode> Contents(JsonObject operation) =>
        operation["responses"]!.AsObject().Select(r => r.Value!["content"]).Append(operation["requestBody"]?["content"]).OfType<JsonObject>()
            .SelectMany(c => c).Where(c => c.Key.EndsWith("json", StringComparison.Ordinal)).Select(c => c.Value!["schema"]!);

    private static IEnumerable<JsonObject> References(JsonNode? node) => node switch
    {
        JsonObject o when o["$ref"] is JsonValue => [o],
        JsonObject o => o.SelectMany(m => References(m.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };
}
