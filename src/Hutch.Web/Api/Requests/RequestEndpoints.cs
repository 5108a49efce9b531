using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Web.Answers;
using Hutch.Web.Bus;
using Hutch.Web.Description;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hutch.Web.Api.Requests;

/// <summary>Requests on the bus: sent, followed, given up. Their statuses are also sent under <c>/api/v1/events?type=request</c> too.</summary>
internal sealed class RequestEndpoints(Instrument instrument)
{
    private BrokerAccess Broker => instrument.Broker ?? throw new UnavailableException("this server has no bus; name one with --bus");

    public void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/requests").WithTags("Requests");
        group.Get("", ListAsync).WithSummary("The latest requests that this server has seen, newest first.").Answers<IReadOnlyList<RequestShape>>();
        group.Get("/{id}", FindAsync).WithSummary("A request.").Answers<RequestShape>().Query<int>("wait", "Seconds to wait for its end; 0 by default.");
        group.Post("", SendAsync).WithSummary("Send a request.").Takes<NewRequest>().Answers<SentRequest>(StatusCodes.Status202Accepted);
        group.Post("/{id}/kill", KillAsync).WithSummary("Kill a request.").Takes<Kill>().AnswersNothing(StatusCodes.Status202Accepted);
    }

    private async Task<IResult> ListAsync(HttpContext context)
    {
        await Broker.ListenAsync(context.RequestAborted).ConfigureAwait(false);
        return Tagged.Json(context, new JsonArray([.. Broker.Statuses.Requests.Reverse().Select(RequestShapes.Of)]));
    }

    private async Task<IResult> FindAsync(HttpContext context, string id)
    {
        await Broker.ListenAsync(context.RequestAborted).ConfigureAwait(false);
        if (Query.Number(context.Request, "wait", 0, 0, 86_400) is > 0 and var wait)
            return Tagged.Json(context, RequestShapes.Of(await Broker.Statuses.WaitForCompletionAsync(id, TimeSpan.FromSeconds(wait), cancel: context.RequestAborted).ConfigureAwait(false)));
        return Tagged.Json(context, RequestShapes.Of(Broker.Statuses.Find(id) ?? throw new NotFoundException($"this server has not seen a request {id}")));
    }

    private async Task<IResult> SendAsync(HttpContext context)
    {
        var body = await JsonBody.ReadObjectAsync(context.Request).ConfigureAwait(false);
        var tag = Tag(body);
        if (!body.TryGetPropertyValue("request", out var request))
            throw new BadHttpRequestException("the body lacks request, the request for the services");
        await Broker.ListenAsync(context.RequestAborted).ConfigureAwait(false);
        var id = await Broker.Requests.SendAsync(tag, (object?)request ?? JsonSerializer.SerializeToElement<object?>(null), cancel: context.RequestAborted).ConfigureAwait(false);
        context.Response.Headers.Location = $"/api/v1/requests/{id}";
        return Results.Text(new JsonObject { ["request_id"] = id }.ToJsonString(), "application/json", statusCode: StatusCodes.Status202Accepted);
    }

    private async Task<IResult> KillAsync(HttpContext context, string id)
    {
        var body = await JsonBody.ReadObjectAsync(context.Request).ConfigureAwait(false);
        if (id.Length > 255)
            throw new BadHttpRequestException("the id of a request has at most 255 characters");
        await Broker.Requests.KillAsync(Tag(body), id, context.RequestAborted).ConfigureAwait(false);
        return Results.StatusCode(StatusCodes.Status202Accepted);
    }

    private string Tag(JsonObject body) => body["tag"] switch
    {
        null => instrument.Settings.RequestTag,
        JsonValue value when value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > 0 and <= 255 } tag => tag,
        _ => throw new BadHttpRequestException("tag must be a string of 1 to 255 characters"),
    };
}
