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
internal sealed class SimulationEndpoints(SimulatorClient simulator, ILogger<SimulationEndpoints> logger)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/simulation").WithTags("Simulator (deployed)");
        group.Get("/status", (HttpContext c) => Envelope.RunAsync(c, logger, StatusAsync)).WithSummary("What the simulator is doing.").Answers<SimulatorAnswer>();
        group.Post("/start", (HttpContext c) => Envelope.RunAsync(c, logger, () => TellAsync("/start"))).WithSummary("Start the simulator.").Answers<SimulatorAnswer>();
        group.Post("/stop", (HttpContext c) => Envelope.RunAsync(c, logger, () => TellAsync("/stop"))).WithSummary("Stop the simulator.").Answers<SimulatorAnswer>();
    }

    private async Task<IResult> StatusAsync()
    {
        try
        {
            return Answer(await simulator.AskAsync(HttpMethod.Get, "/status").ConfigureAwait(false));
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or JsonException)
        {
            return Envelope.Error($"Cannot communicate with API on {simulator.Address}.", ("simulator", null));
        }
    }

    private async Task<IResult> TellAsync(string path)
    {
        try
        {
            return Answer(await simulator.AskAsync(HttpMethod.Post, path).ConfigureAwait(false));
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or JsonException)
        {
            throw new UserErrorException($"Cannot communicate with API on {simulator.Address}: {error.Message}", error);
        }
    }

    private static IResult Answer(JsonObject told) => Envelope.Ok((string?)told["message"] ?? "", ("simulator", told["simulator"]?.DeepClone()));
}
