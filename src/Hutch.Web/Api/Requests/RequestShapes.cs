using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Bus.Requests;

namespace Hutch.Web.Api.Requests;

/// <summary>Requests of the bus as JSON.</summary>
internal static class RequestShapes
{
    public static JsonObject Of(RequestProgress progress)
    {
        var services = new JsonObject();
        foreach (var (name, statuses) in progress.Services)
        {
            services[name] = new JsonArray([.. statuses.Select(s => (JsonNode)new JsonObject
            {
                ["action"] = s.ActionName,
                ["message"] = JsonSerializer.SerializeToNode(s.Message),
            })]);
        }
        return new JsonObject
        {
            ["request_id"] = progress.RequestId,
            ["state"] = !progress.IsComplete ? "running" : progress.Succeeded ? "succeeded" : "failed",
            ["request"] = Body(progress),
            ["services"] = services,
        };
    }

    private static JsonNode? Body(RequestProgress progress)
    {
        try
        {
            return JsonNode.Parse(progress.Body.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
