using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Detectors.Daq;
using Hutch.Store;
using Hutch.Web.Answers;
using Hutch.Web.Deployed;
using Hutch.Web.Description;
using Hutch.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hutch.Web.Api.Configuration;

/// <summary>The configuration: who changed it when, and back again. Its entity tag is its id.</summary>
internal sealed class ConfigurationEndpoints(Instrument instrument)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/config").WithTags("Configuration");
        group.Get("", GetAsync).WithSummary("The current configuration.").Answers<ConfigurationShape>();
        group.Patch("", ChangeAsync).WithSummary("Change members of the configuration; with If-Match, only if the tag still matches.").Takes<ConfigBody>().Answers<ConfigurationShape>();
        group.Post("/check", CheckAsync).WithSummary("The configuration after the given changes, with all errors in it; nothing is changed.").Takes<ConfigBody>().Answers<ConfigurationCheck>();
        group.Get("/history", HistoryAsync).WithSummary("Who set which configuration, and when; newest first.").Answers<IReadOnlyList<ConfigurationChange>>().Query<int>("n", "How many, 1 to 1000; 20 by default.");
        group.Post("/rollback", RollBackAsync).WithSummary("Restore an older configuration: config_id in the body, or else the previous one.").Takes<Rollback>().Answers<ConfigurationShape>();
        group.Get("/deployment", async (HttpContext c) => Tagged.Json(c, JsonSerializer.SerializeToNode(await DeploymentStatus.ReadAsync(instrument.Store, c.RequestAborted).ConfigureAwait(false))))
            .WithSummary("Which servers have the configuration.").Answers<DeploymentStatus>();
        group.Get("/{id}", FindAsync).WithSummary("A configuration of the history.").Answers<ConfigurationShape>();
    }

    private async Task<IResult> GetAsync(HttpContext context) =>
        Answer(context, await instrument.Daq.Configurations.PresentAsync(context.RequestAborted).ConfigureAwait(false) ?? throw new NotFoundException("no configuration is set yet"));

    private async Task<IResult> FindAsync(HttpContext context, string id) =>
        Answer(context, await instrument.Daq.Configurations.FindAsync(IdOf(id), context.RequestAborted).ConfigureAwait(false) ?? throw new NotFoundException($"there is no configuration {id}"));

    private async Task<IResult> ChangeAsync(HttpContext context)
    {
        var changes = await JsonBody.ReadObjectAsync(context.Request).ConfigureAwait(false);
        return Answer(context, await instrument.Daq.Configurations.ChangeAsync(changes, Doorkeeper.CallerOf(context).Name, Expected(context)).ConfigureAwait(false));
    }

    private async Task<IResult> CheckAsync(HttpContext context)
    {
        var changes = await JsonBody.ReadObjectAsync(context.Request).ConfigureAwait(false);
        var (json, errors) = await instrument.Daq.Configurations.CheckAsync(changes, context.RequestAborted).ConfigureAwait(false);
        return Tagged.Json(context, new JsonObject { ["errors"] = new JsonArray([.. errors.Select(e => (JsonNode)e)]), ["config"] = json });
    }

    private async Task<IResult> RollBackAsync(HttpContext context)
    {
        var (isThere, body) = await JsonBody.ReadAsync(context.Request).ConfigureAwait(false);
        StreamId? to = null;
        if (isThere && body is not JsonObject)
            throw new BadHttpRequestException("the body must be an object, or nothing");
        if (body?["config_id"] is { } id)
            to = IdOf(id is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : id.ToJsonString());
        return Answer(context, await instrument.Daq.Configurations.RollBackAsync(to, Doorkeeper.CallerOf(context).Name, Expected(context)).ConfigureAwait(false));
    }

    private async Task<IResult> HistoryAsync(HttpContext context)
    {
        var history = await instrument.Daq.Configurations.HistoryAsync(Query.Number(context.Request, "n", 20, 1, 1000), context.RequestAborted).ConfigureAwait(false);
        return Tagged.Json(context, JsonSerializer.SerializeToNode(history));
    }

    private static StreamId? Expected(HttpContext context) =>
        context.Request.Headers.IfMatch.ToString() is { Length: > 0 } tag && tag != "*" ? IdOf(tag.Trim('"')) : null;

    private static StreamId IdOf(string text) =>
        StreamId.TryParse(text, out var id) ? id : throw new BadHttpRequestException("the id of a configuration has the form 1700000000000-0");

    private static IResult Answer(HttpContext context, StoredConfiguration stored) =>
        Tagged.Json(context, new JsonObject { ["config_id"] = stored.Id.ToString(), ["config"] = stored.Json.DeepClone() }, stored.Id.ToString());
}
