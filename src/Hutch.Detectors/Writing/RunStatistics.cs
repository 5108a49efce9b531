namespace Hutch.Detectors.Writing;

/// <summary>The statistics of a file. Written by the writer's thread, readable from any.</summary>
public sealed class RunStatistics
{
    /// <summary>The file as it is named on the disk; empty before there is one.</summary>
    public string File { get; internal set; } = "";

    /// <summary>Images in the file.</summary>
    public long Written { get; internal set; }

    /// <summary>Bytes of pixels in the file.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Images in the file that miss packets.</summary>
    public long WithMissingPackets { get; internal set; }

    /// <summary>Images that were overwritten in the ring before, or while, they were written; they are not in the file.</summary>
    public long Overwritten { get; internal set; }

    /// <summary>Announcements that were no image of this detector.</summary>
    public long Unexpected { get; internal set; }

    /// <summary>Rows of the datasets in the closed file.</summary>
    public long Rows { get; internal set; }

    /// <summary>When the first image arrived, or null.</summary>
    public DateTimeOffset? FirstImageAt { get; internal set; }

    /// <summary>When the last image was in the file, or null.</summary>
    public DateTimeOffset? LastImageAt { get; internal set; }

    /// <summary>The longest time that writing one image took.</summary>
    public TimeSpan LongestWrite { get; internal set; }
}
