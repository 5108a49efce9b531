using System.Text.Json.Serialization;

namespace Hutch.Detectors.Acquisitions;

/// <summary>What an acquisition was asked to do.</summary>
/// <param name="Images">How many images to write, at least 1.</param>
/// <param name="OutputFile">The file to make, an absolute path; writer i of several makes this path with <c>i.h5</c> appended.</param>
/// <param name="RunId">The id of the run; also written to the file.</param>
public sealed record AcquisitionInfo(
    [property: JsonPropertyName("n_images")] long Images,
    [property: JsonPropertyName("output_file")] string OutputFile,
    [property: JsonPropertyName("run_id")] ulong RunId)
{
    /// <summary>Whether a file that exists may be replaced. Default false.</summary>
    [JsonIgnore]
    public bool Overwrite { get; init; }

    /// <summary>EPICS PVs whose values belong into the file; null for none.</summary>
    [JsonPropertyName("pvs")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Pvs { get; init; }

    /// <summary>A run id for a run that was given none: the time in nanoseconds since 1970.</summary>
    public static ulong NewRunId() => (ulong)(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;
}
