using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Bus.Methods;

/// <summary>What a service reports about itself.</summary>
internal static class ServiceReport
{
    public static JsonObject Info(BusServer server) => new()
    {
        ["service"] = server.Options.Name,
        ["instance"] = server.Instance,
        ["version"] = server.Options.Version ?? server.Service.GetType().Assembly.GetName().Version?.ToString() ?? "",
        ["host"] = Environment.MachineName,
        ["pid"] = Environment.ProcessId,
        ["started"] = server.Started.ToString("O"),
        ["exchange"] = server.Bus.Exchange,
        ["queues"] = new JsonArray([.. server.Queues.Select(q => (JsonNode)new JsonObject { ["name"] = q.Name, ["routing_key"] = q.RoutingKey })]),
        ["methods"] = new JsonArray([.. server.Methods.All.OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => (JsonNode)Method(m))]),
    };

    public static JsonObject Statistics(BusServer server) => new()
    {
        ["service"] = server.Options.Name,
        ["instance"] = server.Instance,
        ["uptime_s"] = Math.Round((DateTimeOffset.UtcNow - server.Started).TotalSeconds, 1),
        ["received"] = server.Counters.Received,
        ["malformed"] = server.Counters.Malformed,
        ["unknown_methods"] = server.Counters.UnknownMethods,
        ["dropped"] = server.Counters.Dropped + server.Bus.Transport.Counters.Dropped,
        ["expired"] = server.Bus.Transport.Counters.Expired,
        ["lost_replies"] = server.Counters.LostReplies,
        ["handler_errors"] = server.Bus.Transport.Counters.HandlerErrors,
        ["stale_acknowledgements"] = server.Bus.Transport.Counters.StaleAcknowledgements,
        ["redelivered"] = server.Bus.Transport.Counters.Redelivered,
        ["connects"] = server.Bus.Transport.Counters.Connects,
        ["proofs"] = server.Counters.Proofs,
        ["proof_failures"] = server.Counters.ProofFailures,
        ["methods"] = new JsonArray([.. server.Methods.All.OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => (JsonNode)Statistics(m))]),
    };

    private static JsonObject Method(MethodEntry method)
    {
        var properties = new JsonObject();
        foreach (var parameter in method.Parameters)
            properties[parameter.Name] = Schema(parameter);
        return new JsonObject
        {
            ["name"] = method.Name,
            ["description"] = method.Description,
            ["streams"] = method.Streams,
            ["params"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = properties,
                ["required"] = new JsonArray([.. method.Parameters.Where(p => !p.HasDefault).Select(p => (JsonNode)p.Name!)]),
            },
        };
    }

    private static JsonObject Schema(MethodParameter parameter)
    {
        var schema = new JsonObject();
        if (ParameterSchema.SchemaType(parameter.Type) is { } type)
            schema["type"] = parameter.Nullable && type != "object" ? new JsonArray(type, "null") : type;
        var inner = Nullable.GetUnderlyingType(parameter.Type) ?? parameter.Type;
        if (inner.IsEnum)
            schema["enum"] = new JsonArray([.. Enum.GetNames(inner).Select(n => (JsonNode)JsonNamingPolicy.SnakeCaseLower.ConvertName(n)!)]);
        return schema;
    }

    private static JsonObject Statistics(MethodEntry method) => new()
    {
        ["name"] = method.Name,
        ["calls"] = method.Statistics.Calls,
        ["errors"] = method.Statistics.Errors,
        ["masked_errors"] = method.Statistics.Masked,
        ["redelivered"] = method.Statistics.Redelivered,
        ["last_error"] = method.Statistics.LastError,
        ["last_error_time"] = method.Statistics.LastErrorTime?.ToString("O"),
        ["mean_ms"] = Math.Round(method.Statistics.Mean.TotalMilliseconds, 4),
        ["p99_ms"] = Math.Round(method.Statistics.Percentile(0.99).TotalMilliseconds, 4),
    };
}
