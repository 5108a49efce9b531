using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Web.Answers;
using Hutch.Web.Description;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Hutch.Web.Deployed;

/// <summary><c>/simulation</c>: passes on what is asked of the simulator.</summary>
internal sealed class SimulationEndpoints(Instrument instrument, ILogger<SimulationEndpoints> logger) : IDisposable
{
    private readonly HttpClient _simulator = new() { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = 1 << 20 };

    private string Base => instrument.Settings.Simulator.ToString().TrimEnd('/');

    public void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/simulation").WithTags("Simulator (deployed)");
        group.Get("/status", (HttpContext c) => Envelope.RunAsync(c, logger, StatusAsync)).WithSummary("What the simulator does.").Answers<SimulatorAnswer>();
        group.Post("/start", (HttpContext c) => Envelope.RunAsync(c, logger, () => TellAsync("/start"))).WithSummary("Have the simulator send.").Answers<SimulatorAnswer>();
        group.Post("/stop", (HttpContext c) => Envelope.RunAsync(c, logger, () => TellAsync("/stop"))).WithSummary("Have the simulator stop.").Answers<SimulatorAnswer>();
    }

    public void Dispose() => _simulator.Dispose();

    private async Task<IResult> StatusAsync()
    {
        try
        {
            return Answer(await ReadAsync(HttpMethod.Get, "/status").ConfigureAwait(false));
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or JsonException)
        {
            return Envelope.Error($"Cannot communicate with API on {Base}.", ("simulator", null));
        }
    }

    private async Task<IResult> TellAsync(string path)
    {
        try
        {
            return Answer(await ReadAsync(HttpMethod.Post, path).ConfigureAwait(false));
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or JsonException)
        {
            throw new UserErrorException($"Cannot communicate with API on {Base}: {error.Message}", error);
        }
    }

    private async Task<JsonObject> ReadAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, Base + path);
        using var response = await _simulator.SendAsync(request).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        return JsonNode.Parse(await response.Content.ReadAsStringAsync().ConfigureAwait(false)) as JsonObject ?? throw new JsonException("the simulator's answer is no object");
    }

    private static IResult Answer(JsonObject told) => Envelope.Ok((string?)told["message"] ?? "", ("simulator", told["simulator"]?.DeepClone()));
}
