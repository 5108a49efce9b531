using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hutch.Store;

namespace Hutch.Acquisitions;

/// <summary>What others need to know of an acquisition that has ended, from an entry of <see cref="DaqKeys.Acquisitions"/>.</summary>
public sealed record EndedAcquisition
{
    /// <summary>FINISHED, or FAILED: then its files are incomplete.</summary>
    [JsonPropertyName("state")]
    public required string State { get; init; }

    /// <summary>Its id in <see cref="DaqKeys.Log"/>, by which reports are kept; null if it failed.</summary>
    [JsonPropertyName("log_id")]
    public string? LogId { get; init; }

    /// <summary>The files on disk.</summary>
    [JsonPropertyName("files")]
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>EPICS PVs whose values belong into the files.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Pvs { get; private init; } = [];

    /// <summary>When it began, to the millisecond.</summary>
    [JsonIgnore]
    public DateTimeOffset Start { get; private init; }

    /// <summary>When it ended, to the millisecond.</summary>
    [JsonIgnore]
    public DateTimeOffset Stop { get; private init; }

    /// <summary>Reads an entry; null if it is not an acquisition.</summary>
    public static EndedAcquisition? TryRead(StreamEntry entry)
    {
        try
        {
            var record = AcquisitionLog.ReadObject(entry);
            return record.Deserialize<EndedAcquisition>()! with
            {
                Pvs = record["info"]?["pvs"].Deserialize<string[]>() ?? [],
                Start = Time(record["stats"]?["start_time"]),
                Stop = Time(record["stats"]?["stop_time"]),
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Milliseconds, as the ids of a store's entries: a fraction of a second in binary is a little less than what it stands for.
    private static DateTimeOffset Time(JsonNode? seconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round((seconds.Deserialize<double?>() ?? 0) * 1000));
}
