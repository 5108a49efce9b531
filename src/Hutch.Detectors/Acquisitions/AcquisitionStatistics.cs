using System.Text.Json.Serialization;

namespace Hutch.Detectors.Acquisitions;

/// <summary>The results of an acquisition so far.</summary>
public sealed record AcquisitionStatistics
{
    /// <summary>Images in the files.</summary>
    [JsonPropertyName("n_write_completed")]
    public long Completed { get; init; }

    /// <summary>Images that the writers were told to write.</summary>
    [JsonPropertyName("n_write_requested")]
    public long Requested { get; init; }

    /// <summary>When it began, in seconds since 1970.</summary>
    [JsonPropertyName("start_time")]
    public double StartTime { get; init; }

    /// <summary>When it ended, in seconds since 1970, or null.</summary>
    [JsonPropertyName("stop_time")]
    public double? StopTime { get; init; }

    /// <summary>Bytes of pixels in the files.</summary>
    [JsonIgnore]
    public long Bytes { get; init; }

    /// <summary>Images in the files that miss packets.</summary>
    [JsonIgnore]
    public long WithMissingPackets { get; init; }

    /// <summary>Images that were overwritten in the ring before they were in the file.</summary>
    [JsonIgnore]
    public long Overwritten { get; init; }

    /// <summary>The longest time that writing one image took.</summary>
    [JsonIgnore]
    public TimeSpan LongestWrite { get; init; }
}
