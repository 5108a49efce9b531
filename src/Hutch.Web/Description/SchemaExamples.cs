using System.Reflection;
using System.Text.Json.Nodes;
using Hutch.Beamline.Control;
using Hutch.Detectors.Daq;
using Hutch.LiveResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Hutch.Web.Description;

/// <summary>Gives schemas the examples of their types.</summary>
internal sealed class SchemaExamples : IOpenApiSchemaTransformer
{
    // Of types that other rooms have for purposes of their own.
    private static readonly Dictionary<Type, string> Others = new()
    {
        [typeof(ReductionStatus)] = """
            {"instrument": "JF1", "time": "2026-11-26T12:00:00+00:00", "pid": 812, "state": "reducing", "source": "stream JF1-image", "run": "77", "received": 120,
             "reduced": 118, "failed": 0, "lost": 0, "waiting": 2, "lag_s": 0.1, "idle_percent": 40}
            """,
        [typeof(ConfigurationChange)] = """{"config_id": "1795311984347-0", "who": "local", "what": "set", "at": 1795311984.3, "rollback_of": null}""",
        [typeof(DeploymentStatus)] = """
            {"config_id": "1795311984347-0", "status": "SUCCESS", "message": "Deployment successful", "servers": {"daq1": "Done"},
             "stats": {"start_time": 1795311984.347, "stop_time": 1795311985.5}}
            """,
        [typeof(ServiceStatus)] = """
            {"name": "writer", "state": "running", "ready": true, "wanted": true, "pid": 812, "tags": ["writer"], "container": "process", "scope": "session",
             "restarts": 0, "dependencies": [], "dependants": ["rest"], "history": [{"state": "running", "at": "2026-11-26T12:00:00+00:00", "reason": null}]}
            """,
    };

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if ((type.GetCustomAttribute<ExampleAttribute>()?.Json ?? Others.GetValueOrDefault(type)) is { } example)
            schema.Examples = [JsonNode.Parse(example)!];
        if (context.JsonTypeInfo.Properties.Any(p => p.IsExtensionData))
            schema.AdditionalProperties = new OpenApiSchema();
        return Task.CompletedTask;
    }
}
