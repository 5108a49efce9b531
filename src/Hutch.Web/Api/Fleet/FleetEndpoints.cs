using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Web.Answers;
using Hutch.Web.Bus;
using Hutch.Web.Description;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hutch.Web.Api.Fleet;

/// <summary>The hosts and clusters of the fleet on the bus, and what is done across them.</summary>
internal sealed class FleetEndpoints : IAsyncDisposable
{
    private const int Operations = 20;
    private const int Most = 1000;

    private readonly BrokerAccess? _broker;
    private readonly FleetView? _view;

    public FleetEndpoints(Instrument instrument) => (_broker, _view) = (instrument.Broker, instrument.Broker is { } broker ? new FleetView(broker) : null);

    private BrokerAccess Broker => _broker ?? throw new UnavailableException("this server has no bus, and so no fleet; name a bus with --bus");

    public void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/fleet").WithTags("Fleet");
        group.Get("", ShowAsync).WithSummary("The number of hosts by status, the clusters, the latest operations and the watchers.").Answers<FleetShape>();
        group.Get("/hosts", HostsAsync).WithSummary("The hosts, failed ones first.").Answers<IReadOnlyList<HostShape>>()
            .Query<string>("status", "Only those with this status.").Query<string>("cluster", "Only those in this cluster.").Query<string>("search", "Only those with this text in their address or reason.")
            .Query<int>("n", "How many, 1 to 1000; 100 by default.");
        group.Get("/hosts/{address}", HostAsync).WithSummary("A host with the facts gathered about it.").Answers<HostShape>();
        group.Post("/hosts/{address}/investigate", InvestigateAsync).WithSummary("Investigate a host again and make it a node; does not wait until that is done.").AnswersNothing(StatusCodes.Status202Accepted);
        group.Post("/operations", BeginAsync).WithSummary("Start an operation across a cluster.").Takes<NewOperation>().Answers<OperationShape>();
        group.Post("/operations/{id}/kill", KillAsync).WithSummary("Kill an operation: what is running on hosts is killed, what is waiting does not start.").AnswersNothing(StatusCodes.Status202Accepted);
        group.Get("/operations/{id}/output/{address}", OutputAsync).WithSummary("What an operation printed on a host, the last 256 kB of it.").Answers<HostOutputShape>();
    }

    public ValueTask DisposeAsync() => _view?.DisposeAsync() ?? default;

    private async Task<IResult> ShowAsync(HttpContext context)
    {
        var view = await ViewAsync(context.RequestAborted).ConfigureAwait(false);
        var statuses = view.Hosts.ToDictionary(h => (string)h["address"]!, h => (string?)h["status"] ?? "");
        return Tagged.Json(context, new JsonObject
        {
            ["hosts"] = new JsonObject(statuses.Values.CountBy(s => s.Length > 0 ? s : "new").OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value))),
            ["clusters"] = new JsonArray([.. view.Clusters.Select(c => Shape(c, statuses))]),
            ["operations"] = new JsonArray([.. view.Operations.Take(Operations).Select(o => o.DeepClone())]),
            ["watchers"] = new JsonArray([.. view.Alive("watcher").Select(id => JsonValue.Create(id))]),
            ["executors"] = new JsonArray([.. view.Alive("clusterexec").Select(id => JsonValue.Create(id))]),
        });
    }

    private async Task<IResult> HostsAsync(HttpContext context)
    {
        var (status, cluster, search, most) = (Query.Text(context.Request, "status"), Query.Text(context.Request, "cluster"), Query.Text(context.Request, "search"), Query.Number(context.Request, "n", 100, 1, Most));
        var view = await ViewAsync(context.RequestAborted).ConfigureAwait(false);
        var clusterOf = view.Clusters.SelectMany(c => Members(c).Select(m => (Host: m, Cluster: (string)c["name"]!))).ToLookup(c => c.Host, c => c.Cluster);
        var hosts = view.Hosts.Where(h => (status is null || (string?)h["status"] == status) && (cluster is null || clusterOf[(string)h["address"]!].Contains(cluster))
                && (search is null || ((string)h["address"]!).Contains(search, StringComparison.OrdinalIgnoreCase) || ((string?)h["reason"] ?? "").Contains(search, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(h => (string?)h["status"] != "failed").ThenBy(h => (string?)h["address"], StringComparer.Ordinal).Take(most);
        return Tagged.Json(context, new JsonArray([.. hosts.Select(h =>
        {
            var shape = h.DeepClone().AsObject();
            shape["clusters"] = new JsonArray([.. clusterOf[(string)h["address"]!].Select(c => JsonValue.Create(c))]);
            return shape;
        })]));
    }

    private async Task<IResult> HostAsync(HttpContext context, string address) => Tagged.Json(context, await GetAsync("Host", "address", address, context.RequestAborted).ConfigureAwait(false));

    private async Task<IResult> InvestigateAsync(HttpContext context, string address)
    {
        await GetAsync("Host", "address", address, context.RequestAborted).ConfigureAwait(false);
        var view = await ViewAsync(context.RequestAborted).ConfigureAwait(false);
        var cluster = view.Clusters.FirstOrDefault(c => Members(c).Contains(address)) ?? [];
        await Broker.Bus.NotifyAsync("jobs.investigate", JsonSerializer.SerializeToElement(new JsonObject { ["address"] = address, ["cluster_data"] = cluster.DeepClone() }), cancel: context.RequestAborted).ConfigureAwait(false);
        return Results.Accepted();
    }

    private async Task<IResult> BeginAsync(HttpContext context)
    {
        var (_, body) = await JsonBody.ReadAsync(context.Request).ConfigureAwait(false);
        if (body is not JsonObject asked || (string?)asked["cluster"] is not { Length: > 0 } cluster)
            throw new BadHttpRequestException("the body must be an object with cluster and operation (upgrade, restart, deploy or run)");
        asked.Remove("cluster");
        asked["cluster_name"] = cluster;
        return Tagged.Json(context, JsonNode.Parse((await Broker.Bus.CallAsync("jobs.clusterexec.run", JsonSerializer.SerializeToElement(asked), cancel: context.RequestAborted).ConfigureAwait(false)).GetRawText()));
    }

    private async Task<IResult> KillAsync(HttpContext context, string id)
    {
        await GetAsync("ClusterOperation", "name", id, context.RequestAborted).ConfigureAwait(false);
        await Broker.Bus.CallAsync("jobs.clusterexec.kill", JsonSerializer.SerializeToElement(new { id }), cancel: context.RequestAborted).ConfigureAwait(false);
        return Results.Accepted();
    }

    private async Task<IResult> OutputAsync(HttpContext context, string id, string address) =>
        Tagged.Json(context, new JsonObject { ["text"] = (await GetAsync("HostOutput", "name", $"{id}:{address}", context.RequestAborted).ConfigureAwait(false))["text"]?.DeepClone() });

    private async Task<FleetView> ViewAsync(CancellationToken cancel)
    {
        _ = Broker;
        try
        {
            await _view!.RefreshAsync(cancel).ConfigureAwait(false);
            return _view;
        }
        catch (Exception error) when (error is BusTimeoutException or BusUnroutableException)
        {
            throw new UnavailableException("the storage service of the fleet does not answer on this bus; start it with: hutch run storage --bus-uri URL");
        }
    }

    private async Task<JsonObject> GetAsync(string type, string key, string value, CancellationToken cancel)
    {
        try
        {
            return JsonObject.Create(await Broker.Bus.CallAsync("storage.get", JsonSerializer.SerializeToElement(new JsonObject { ["model_type_name"] = type, ["model_json_data"] = new JsonObject { [key] = value } }), cancel: cancel).ConfigureAwait(false))!;
        }
        catch (StorageLookupException)
        {
            throw new NotFoundException($"there is no {type} {value}");
        }
        catch (BusUnroutableException)
        {
            throw new UnavailableException("there is no storage service of the fleet on this bus; start it with: hutch run storage --bus-uri URL");
        }
    }

    private static IEnumerable<string> Members(JsonObject cluster) => (cluster["hostset"] as JsonArray ?? []).Select(h => (string)h!);

    // As Commissaire's server computes it.
    private static JsonObject Shape(JsonObject cluster, Dictionary<string, string> statuses)
    {
        var members = Members(cluster).ToList();
        var available = members.Count(m => statuses.GetValueOrDefault(m) == "active" || statuses.GetValueOrDefault(m) == "disassociated");
        return new JsonObject
        {
            ["name"] = (string?)cluster["name"],
            ["status"] = available == members.Count ? "ok" : available > 0 ? "degraded" : "failed",
            ["network"] = (string?)cluster["network"],
            ["container_manager"] = (string?)cluster["container_manager"],
            ["hosts"] = members.Count,
            ["available"] = available,
        };
    }
}
