using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Web.Answers;
using Hutch.Web.Bus;
using Hutch.Web.Description;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hutch.Web.Api.Pvs;

/// <summary>The PVs of the EPICS buffers on the bus, for those who may only look: calls of their methods that change nothing.</summary>
internal sealed class PvEndpoints(Instrument instrument)
{
    private const int Most = 1000;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private BrokerAccess Broker => instrument.Broker ?? throw new UnavailableException("this server has no bus, and so no buffer of PVs; name a bus with --bus");

    public void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/pvs").WithTags("PVs");
        group.Get("", BuffersAsync).WithSummary("The buffers of EPICS PVs that answer on the bus within a second.").Answers<IReadOnlyList<PvBufferShape>>();
        group.Get("/{buffer}", ListAsync).WithSummary("The counters of a buffer, and its PVs.").Answers<BufferedPvs>()
            .Query<string>("state", "Only those in this state: connected, silent, disconnected, never_connected.").Query<string>("search", "Only those with this text in their name.")
            .Query<int>("n", "How many, 1 to 1000; 100 by default.");
        group.Get("/{buffer}/{pv}/history", HistoryAsync).WithSummary("The values of a PV over time, for a plot.").Answers<PvHistoryShape>()
            .Query<int>("seconds", "How long back, 1 to 86400; 600 by default.").Query<int>("points", "How many intervals, 2 to 2000; 300 by default.");
        group.Get("/{buffer}/{pv}/diagnosis", (HttpContext c, string buffer, string pv) => CallAsync(c, buffer, "diagnose", new { pv }, 30)).WithSummary("Why a PV is not connected, although it may be for other clients; takes some seconds.").Answers<PvDiagnosisShape>();
    }

    private async Task<IResult> BuffersAsync(HttpContext context)
    {
        var answers = await Broker.Bus.DiscoverAsync(Window, null, "info", context.RequestAborted).ConfigureAwait(false);
        return Tagged.Json(context, new JsonArray([.. answers.Where(IsBuffer).Select(a => new JsonObject
        {
            // The service on the bus has a name of its own; its methods go by the routing key of its queue.
            ["service"] = a.GetProperty("queues")[0].GetProperty("routing_key").GetString()!.Replace(".*", "", StringComparison.Ordinal),
            ["host"] = a.TryGetProperty("host", out var host) ? host.GetString() : null,
            ["pid"] = a.TryGetProperty("pid", out var pid) ? pid.GetInt32() : null,
        }).OrderBy(b => (string?)b["service"], StringComparer.Ordinal)]));
    }

    private async Task<IResult> ListAsync(HttpContext context, string buffer)
    {
        var (state, search, limit) = (Query.Text(context.Request, "state"), Query.Text(context.Request, "search"), Query.Number(context.Request, "n", 100, 1, Most));
        var status = AskAsync(buffer, "status", new { }, 5, context.RequestAborted);
        var pvs = AskAsync(buffer, "pvs", new { state, search, limit }, 5, context.RequestAborted);
        return Tagged.Json(context, new JsonObject { ["status"] = await status.ConfigureAwait(false), ["pvs"] = await pvs.ConfigureAwait(false) });
    }

    private Task<IResult> HistoryAsync(HttpContext context, string buffer, string pv) =>
        CallAsync(context, buffer, "history", new { pv, seconds = Query.Number(context.Request, "seconds", 600, 1, 86_400), points = Query.Number(context.Request, "points", 300, 2, 2000) }, 30);

    private async Task<IResult> CallAsync(HttpContext context, string buffer, string method, object parameters, int seconds) =>
        Tagged.Json(context, await AskAsync(buffer, method, parameters, seconds, context.RequestAborted).ConfigureAwait(false) ?? new JsonObject());

    private async Task<JsonNode?> AskAsync(string buffer, string method, object parameters, int seconds, CancellationToken cancel) =>
        JsonNode.Parse((await Broker.Bus.CallAsync($"{buffer}.{method}", JsonSerializer.SerializeToElement(parameters), new CallOptions { Timeout = TimeSpan.FromSeconds(seconds) }, cancel).ConfigureAwait(false)).GetRawText());

    private static bool IsBuffer(JsonElement service) => service.TryGetProperty("methods", out var methods) && service.TryGetProperty("queues", out var queues) && queues.GetArrayLength() > 0
        && methods.EnumerateArray().Select(m => m.GetProperty("name").GetString()).Intersect(["pvs", "history", "set_pv_list"]).Count() == 3;
}
