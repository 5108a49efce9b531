using System.Text.Json.Nodes;
using Hutch.Bus.Requests;
using Hutch.Detectors.Daq;
using Hutch.Web.Answers;
using Hutch.Web.Bus;
using Hutch.Web.Description;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hutch.Web.Legacy;

/// <summary><c>/write_sync</c>, <c>/write_async</c>, <c>/write_kill</c>: passes write requests on to the services of the broker.</summary>
internal sealed class BrokerWriteEndpoints(Instrument instrument)
{
    private static readonly TimeSpan SyncLimit = TimeSpan.FromSeconds(10);
    private static readonly string[] Needed = ["output_file", "n_images", "sources", "user_id"];

    private BrokerAccess Broker => instrument.Broker ?? throw new UnavailableException("this server has no broker; name one with --bus");

    private string Tag => instrument.Settings.RequestTag;

    public void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("").WithTags("Write requests (deployed)");
        group.Post("/write_async", async (HttpContext c) =>
        {
            var (id, _) = await SendAsync(c).ConfigureAwait(false);
            return Json(new JsonObject { ["request_id"] = id });
        }).WithSummary("Send a write request to the services of the broker.").Takes<BrokerWrite>().Answers<BrokerRequest>();
        group.Post("/write_sync", async (HttpContext c) =>
        {
            var (id, request) = await SendAsync(c).ConfigureAwait(false);
            return Json(await WaitAsync(id, request, c.RequestAborted).ConfigureAwait(false));
        }).WithSummary("The same, and wait for its end (10 s).").Takes<BrokerWrite>().Answers<BrokerResult>();
        group.Post("/write_kill", KillAsync).WithSummary("Kill a write request.").Takes<BrokerRequest>().Answers<BrokerResult>();
    }

    private async Task<(string Id, JsonObject Request)> SendAsync(HttpContext context)
    {
        var body = await JsonBody.ReadObjectAsync(context.Request).ConfigureAwait(false);
        if (Needed.Where(n => body[n] is null).ToList() is { Count: > 0 } missing)
            throw new BadHttpRequestException($"the request lacks {string.Join(", ", missing)}");
        if (body["output_file"] is not JsonValue path || path.GetValueKind() != System.Text.Json.JsonValueKind.String)
            throw new BadHttpRequestException("output_file must be a string");
        await OwnThread.RunAsync(() =>
        {
            OutputPlace.Check(path.GetValue<string>(), instrument.Daq.Configuration.WriterUserId);
            return true;
        }).ConfigureAwait(false);
        await Broker.ListenAsync(context.RequestAborted).ConfigureAwait(false);
        var request = new JsonObject
        {
            ["output_file"] = body["output_file"]!.DeepClone(),
            ["n_images"] = body["n_images"]!.DeepClone(),
            ["user_id"] = body["user_id"]!.DeepClone(),
            ["timestamp"] = Now(),
        };
        return (await Broker.Requests.SendAsync(Tag, request, cancel: context.RequestAborted).ConfigureAwait(false), request);
    }

    private async Task<IResult> KillAsync(HttpContext context)
    {
        var body = await JsonBody.ReadObjectAsync(context.Request).ConfigureAwait(false);
        if (body["request_id"] is not JsonValue value || value.GetValueKind() != System.Text.Json.JsonValueKind.String || value.GetValue<string>() is not { Length: > 0 and <= 255 } id)
            throw new BadHttpRequestException("the request lacks request_id, the id of the request to kill");
        await Broker.ListenAsync(context.RequestAborted).ConfigureAwait(false);
        await Broker.Requests.KillAsync(Tag, id, context.RequestAborted).ConfigureAwait(false);
        try
        {
            return Json(await WaitAsync(id, body, context.RequestAborted).ConfigureAwait(false));
        }
        catch (TimeoutException) when (Broker.Statuses.Find(id) is null)
        {
            throw new NotFoundException("no service has reported on that request");
        }
    }

    private async Task<JsonObject> WaitAsync(string id, JsonObject request, CancellationToken cancel)
    {
        var begun = Now();
        var progress = await Broker.Statuses.WaitForCompletionAsync(id, SyncLimit, cancel: cancel).ConfigureAwait(false);
        return new JsonObject
        {
            ["request_id"] = id,
            ["response"] = new JsonObject
            {
                ["output_file"] = request["output_file"]?.DeepClone(),
                ["status"] = progress.Services.Values.Last()[^1].ActionName,
                ["init_timestamp"] = request["timestamp"]?.DeepClone() ?? begun,
                ["end_timestamp"] = Now(),
            },
        };
    }

    private static double Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;

    private static IResult Json(JsonObject answer) => Results.Text(answer.ToJsonString(), "application/json");
}
