using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Hutch.Acquisitions;

/// <summary>What a validator found in the files of an acquisition.</summary>
public sealed record FileReport
{
    /// <summary>Who looked.</summary>
    [JsonPropertyName("validator")]
    public required string Validator { get; init; }

    /// <summary><c>ok</c>; <c>warning</c>: the images are there, but something was lost on the way; or <c>error</c>.</summary>
    [JsonPropertyName("status")]
    public string Status => Errors.Count > 0 ? "error" : Warnings.Count > 0 ? "warning" : "ok";

    /// <summary>What is wrong with the files.</summary>
    [JsonPropertyName("errors")]
    public List<string> Errors { get; init; } = [];

    /// <summary>What was lost on the way.</summary>
    [JsonPropertyName("warnings")]
    public List<string> Warnings { get; init; } = [];

    /// <summary>The files.</summary>
    [JsonPropertyName("files")]
    public List<FileFacts> Files { get; init; } = [];

    /// <summary>Images in them.</summary>
    [JsonPropertyName("n_images")]
    public long Images => Files.Sum(f => f.Images);

    /// <summary>Images that miss packets.</summary>
    [JsonPropertyName("n_missing_packets")]
    public long WithMissingPackets { get; set; }

    /// <summary>The PVs that were added to the files; only in a report on them.</summary>
    [JsonPropertyName("control")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonObject? Control { get; init; }

    /// <summary>When, in seconds since 1970.</summary>
    [JsonPropertyName("time")]
    public double Time { get; init; } = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
}
