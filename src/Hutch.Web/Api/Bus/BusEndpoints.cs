using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Web.Answers;
using Hutch.Web.Bus;
using Hutch.Web.Description;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hutch.Web.Api.Bus;

/// <summary>The services of the bus: who they are, how they do, and their methods.</summary>
internal sealed class BusEndpoints(Instrument instrument)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private BrokerAccess Broker => instrument.Broker ?? throw new UnavailableException("this server has no bus; name one with --bus");

    public void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/bus/services").WithTags("Bus");
        group.Get("", (HttpContext c) => AskAsync(c, null, "info")).WithSummary("The services that answer within a second.").Answers<IReadOnlyList<BusServiceShape>>();
        group.Get("/{name}", (HttpContext c, string name) => AskAsync(c, name, "info")).WithSummary("A service, with its methods.").Answers<IReadOnlyList<BusServiceShape>>();
        group.Get("/{name}/statistics", (HttpContext c, string name) => AskAsync(c, name, "stats")).WithSummary("Call counts and durations of its methods.").Answers<IReadOnlyList<BusServiceShape>>();
        group.Post("/{name}/{method}", CallAsync).WithSummary("Call a method; the body is its parameters, an object or an array.").Takes<JsonNode>().Answers<CallResult>().Query<int>("timeout", "Seconds to wait for the result, 1 to 3600; 10 by default.");
    }

    private async Task<IResult> AskAsync(HttpContext context, string? name, string what)
    {
        var answers = await Broker.Bus.DiscoverAsync(Window, name, what, context.RequestAborted).ConfigureAwait(false);
        if (name is not null && answers.Count == 0)
            throw new NotFoundException($"no service {name} answers on the bus");
        return Tagged.Json(context, new JsonArray([.. answers.Select(a => JsonNode.Parse(a.GetRawText()))]));
    }

    private async Task<IResult> CallAsync(HttpContext context, string name, string method)
    {
        var timeout = Query.Number(context.Request, "timeout", 10, 1, 3600);
        var (_, parameters) = await JsonBody.ReadAsync(context.Request).ConfigureAwait(false);
        if (parameters is not (null or JsonObject or JsonArray))
            throw new BadHttpRequestException("the body must be an object of named parameters, an array of positional ones, or nothing");
        JsonElement? given = parameters is null ? null : JsonSerializer.SerializeToElement(parameters);
        var result = await Broker.Bus.CallAsync($"{name}.{method}", given, new CallOptions { Timeout = TimeSpan.FromSeconds(timeout) }, context.RequestAborted).ConfigureAwait(false);
        return Results.Text(new JsonObject { ["result"] = JsonNode.Parse(result.GetRawText()) }.ToJsonString(), "application/json");
    }
}
