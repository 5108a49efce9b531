using System.Text.Json.Nodes;
using Hutch.Fleet.Records;

namespace Hutch.Fleet.Execution;

/// <summary>An operation in the shape of the deployed services: ClusterUpgrade, ClusterRestart, ClusterDeploy.</summary>
internal static class DeployedOperation
{
    /// <summary>The type of its record, and the record; null for a command, which they do not have.</summary>
    public static (RecordType Type, JsonObject Record)? Of(ClusterOperation operation)
    {
        var (type, done) = operation.Operation switch
        {
            "upgrade" => (RecordTypes.Of<ClusterUpgrade>(), "upgraded"),
            "restart" => (RecordTypes.Of<ClusterRestart>(), "restarted"),
            "deploy" => (RecordTypes.Of<ClusterDeploy>(), "deployed"),
            _ => (null!, ""),
        };
        if (type is null)
            return null;
        var record = new JsonObject
        {
            ["name"] = operation.Cluster,
            // They know no killing.
            ["status"] = operation.Status == OperationStatus.Killed ? OperationStatus.Failed : operation.Status,
            [done] = In(operation, HostState.Done),
            ["in_process"] = In(operation, HostState.Running, HostState.Checking),
            ["started_at"] = operation.StartedAt,
            ["finished_at"] = operation.FinishedAt,
        };
        if (operation.Operation == "deploy")
            record["version"] = operation.Version;
        return (type, record);
    }

    private static JsonArray In(ClusterOperation operation, params string[] states) =>
        new([.. operation.Hosts.Where(h => states.Contains((string?)h.Value!["state"])).Select(h => JsonValue.Create(h.Key))]);
}
