using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hutch.Web.Answers;
using Hutch.Web.Deployed;
using Hutch.Web.Description;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hutch.Web.Api.Simulator;

/// <summary>The simulator of the detector with what it sends.</summary>
internal sealed class SimulatorEndpoints(SimulatorClient simulator)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/simulator").WithTags("Simulator");
        group.Get("", (HttpContext c) => AskAsync(c, HttpMethod.Get, "/status", null)).WithSummary("What the simulator is doing, and its settings.").Answers<SimulatorState>();
        group.Post("/start", StartAsync).WithSummary("Start sending from the first image; settings in the body change what is sent.").Takes<JsonNode>().Answers<SimulatorState>();
        group.Post("/stop", (HttpContext c) => AskAsync(c, HttpMethod.Post, "/stop", null)).WithSummary("Stop sending.").Answers<SimulatorState>();
    }

    private async Task<IResult> StartAsync(HttpContext context)
    {
        var (isThere, body) = await JsonBody.ReadAsync(context.Request).ConfigureAwait(false);
        if (isThere && body is not JsonObject)
            throw new BadHttpRequestException("the body must be an object of settings, or nothing");
        return await AskAsync(context, HttpMethod.Post, "/start", body as JsonObject).ConfigureAwait(false);
    }

    private async Task<IResult> AskAsync(HttpContext context, HttpMethod method, string path, JsonObject? body)
    {
        try
        {
            var state = (await simulator.AskAsync(method, path, body).ConfigureAwait(false))["simulator"]?.DeepClone() as JsonObject ?? throw new JsonException("the simulator's answer has no member 'simulator'");
            state["settings"] = await SettingsAsync().ConfigureAwait(false);
            return Tagged.Json(context, state);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or JsonException)
        {
            throw new UnavailableException($"no simulator answers at {simulator.Address}; start one with: hutch run udp-simulator --rest-port PORT, and name it with --simulator");
        }
    }

    // A simulator of another maker has none.
    private async Task<JsonObject?> SettingsAsync()
    {
        try
        {
            return await simulator.AskAsync(HttpMethod.Get, "/settings").ConfigureAwait(false);
        }
        catch (HttpRequestException error) when (error.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}

[Description("What the simulator is doing.")]
[Example("""{"status": "STREAMING", "stats": {"n_generated_images": 120}, "settings": {"pattern": "test", "rate": 10, "loss": 0}}""")]
internal sealed record SimulatorState
{
    [Description("READY or STREAMING.")]
    public required string Status { get; init; }

    [Description("What it has sent since its last start.")]
    public required JsonObject Stats { get; init; }

    [Description("What it sends: pattern, rate, images, and network faults; null for a simulator that is not Hutch's."), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public JsonObject? Settings { get; init; }
}
