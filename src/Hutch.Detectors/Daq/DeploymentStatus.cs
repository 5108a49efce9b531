using Hutch.Acquisitions;
using System.Globalization;
using System.Text.Json.Serialization;
using Hutch.Store;

namespace Hutch.Detectors.Daq;

/// <summary>The deployment of the current configuration to the servers. Its JSON is that of the deployed REST interface.</summary>
/// <param name="ConfigId">The present configuration, or null.</param>
/// <param name="Status">UNKNOWN, RUNNING, SUCCESS or ERROR.</param>
/// <param name="Message">A description of it.</param>
/// <param name="Servers">What each server said last: Deploying, Done or Error.</param>
/// <param name="Statistics">When.</param>
public sealed record DeploymentStatus(
    [property: JsonPropertyName("config_id")] string? ConfigId,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("servers")] IReadOnlyDictionary<string, string> Servers,
    [property: JsonPropertyName("stats")] DeploymentTimes Statistics)
{
    /// <summary>What a server says when it begins.</summary>
    public const string Deploying = "Deploying";

    /// <summary>What a server says when it has the configuration.</summary>
    public const string Done = "Done";

    /// <summary>What a server says when it could not take it.</summary>
    public const string Error = "Error";

    /// <summary>Reads it from the store.</summary>
    public static async Task<DeploymentStatus> ReadAsync(IStore store, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (await store.NewestAsync(DaqKeys.Configuration, 1, cancel).ConfigureAwait(false) is not [var configuration])
            return new DeploymentStatus(null, "UNKNOWN", "No config available", new Dictionary<string, string>(), new DeploymentTimes(0, 0));
        var entries = await store.RangeAsync(DaqKeys.Deployment(configuration.Id), StreamId.Zero, StreamId.Max, cancel: cancel).ConfigureAwait(false);
        var servers = new Dictionary<string, string>();
        foreach (var entry in entries)
            servers[entry.Text("server_name") ?? ""] = entry.Text("message") ?? "";
        var (status, message) = servers.Values switch
        {
            { Count: 0 } => ("UNKNOWN", "Waiting for servers..."),
            var said when said.All(s => s == Done) => ("SUCCESS", "Deployment successful"),
            var said when said.Any(s => s == Error) => ("ERROR", "Deployment failed"),
            var said when said.Any(s => s == Deploying) => ("RUNNING", "Deploying on servers..."),
            _ => ("UNKNOWN", "Deployment in an unknown state"),
        };
        return new DeploymentStatus(configuration.Id.ToString(), status, message, servers,
            new DeploymentTimes(Seconds(configuration.Id), entries.Count == 0 ? 0 : Seconds(entries[^1].Id)));
    }

    // As deployed: the id's milliseconds, with its sequence as their decimals, over a thousand.
    private static double Seconds(StreamId id) =>
        double.Parse(string.Create(CultureInfo.InvariantCulture, $"{id.Milliseconds}.{id.Sequence}"), CultureInfo.InvariantCulture) / 1000;
}
