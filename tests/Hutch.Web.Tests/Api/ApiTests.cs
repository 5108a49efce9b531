using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.Api;

[Collection(SharedInstrument.Collection)]
public class ApiTests(SharedInstrument shared)
{
    private readonly TestInstrument _instrument = shared.Instrument;

    [Fact]
    public async Task An_acquisition_is_started_followed_by_events_stopped_and_found_with_its_ledger()
    {
        var client = _instrument.Client;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var response = await client.GetAsync("/api/v1/events?type=writer&type=acquisition", HttpCompletionOption.ResponseHeadersRead, patience.Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        await using var events = SseParser.Create(await response.Content.ReadAsStreamAsync(patience.Token)).EnumerateAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        Assert.True(await events.MoveNextAsync());   // the present state

        var (status, begun) = await client.PostAsync("/api/v1/acquisitions", new JsonObject { ["n_images"] = 100000, ["output_file"] = _instrument.NewFile(), ["run_id"] = 4711 });
        Assert.Equal(201, (int)status);
        Assert.Equal("WRITING", (string?)begun!["state"]);
        (status, begun) = await client.PostAsync("/api/v1/acquisitions", new JsonObject { ["n_images"] = 1, ["output_file"] = _instrument.NewFile() });
        Assert.Equal((409, 409), ((int)status, (int)begun!["status"]!));
        (status, _) = await client.AskAsync(HttpMethod.Patch, "/api/v1/config", new JsonObject { ["submodule_info"] = new JsonObject { ["x"] = 1 } });
        Assert.Equal(400, (int)status);   // not while images are written
        var (_, stopped) = await client.PostAsync("/api/v1/acquisitions/current/stop", new JsonObject());
        Assert.Equal("READY", (string?)stopped!["state"]);

        var states = new List<string?>();
        while (await events.MoveNextAsync())
        {
            var told = JsonNode.Parse(events.Current.Data)!;
            if (events.Current.EventType == "acquisition")
            {
                Assert.Equal(4711, (int?)told["info"]!["run_id"]);
                var found = await client.GetJsonAsync($"/api/v1/acquisitions/{told["id"]}");
                Assert.True((bool?)found["ledger"]!["adds_up"]);
                Assert.NotNull(found["log_id"]);
                break;
            }
            states.Add((string?)told["acquisition"]?["state"]);
        }
        Assert.Contains("WAITING_IMAGES", states);
        Assert.Equal("FINISHED", states[^1]);
    }

    [Fact]
    public async Task Who_has_an_answer_already_gets_none()
    {
        var client = _instrument.Client;
        using var first = await client.GetAsync(new Uri("/api/v1/config", UriKind.Relative));
        var tag = first.Headers.ETag!.ToString();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/config");
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        using var second = await client.SendAsync(request);
        Assert.Equal((304, 0), ((int)second.StatusCode, (await second.Content.ReadAsByteArrayAsync()).Length));
    }

    [Fact]
    public async Task Errors_are_problem_details()
    {
        foreach (var path in (string[])["/api/v1/acquisitions/1-1", "/api/v1/config/1-1", "/api/v1/nowhere"])
        {
            using var response = await _instrument.Client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal((404, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        }
    }

    [Fact]
    public async Task Every_path_is_described()
    {
        var document = await _instrument.Client.GetJsonAsync("/openapi.json");
        var paths = document["paths"]!.AsObject().Select(p => p.Key).ToList();
        string[] expected =
        [
            "/writer/status", "/writer/write_sync", "/writer/write_async", "/writer/stop", "/daq/config", "/daq/stats", "/daq/logs/{n_logs}", "/daq/deployment", "/daq/live",
            "/simulation/status", "/simulation/start", "/simulation/stop", "/file/{id}", "/file/{id}/{image}", "/write_sync", "/write_async", "/write_kill",
            "/api/v1/services", "/api/v1/services/{name}/logs", "/api/v1/bus/services", "/api/v1/requests", "/api/v1/acquisitions", "/api/v1/nodes", "/api/v1/events", "/api/v1/config/rollback", "/api/v1/audit",
        ];
        Assert.Empty(expected.Except(paths));
        var body = document["paths"]!["/writer/write_sync"]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!;
        Assert.Contains("WriteBody", body.ToJsonString());
        Assert.Contains("description.js", await _instrument.Client.GetStringAsync("/docs"));
    }

    [Fact]
    public async Task Without_a_beamline_services_are_said_to_be_unavailable()
    {
        var (status, answer) = await _instrument.Client.AskAsync(HttpMethod.Get, "/api/v1/services?name=no-such-beamline");
        // Another beamline of this user may run while the tests do.
        Assert.True((int)status is 503 or 404, $"{status} {answer}");
    }
}
