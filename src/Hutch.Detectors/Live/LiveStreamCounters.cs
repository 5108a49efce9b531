namespace Hutch.Detectors.Live;

/// <summary>What a live stream has done since it started. Written by its thread, readable from any.</summary>
public sealed class LiveStreamCounters
{
    /// <summary>Images sent.</summary>
    public long Sent { get; internal set; }

    /// <summary>Images skipped by the rule of the stream, or without a subscriber.</summary>
    public long NotSelected { get; internal set; }

    /// <summary>Images skipped because newer ones were already waiting.</summary>
    public long Late { get; internal set; }

    /// <summary>Images that were overwritten in the ring before they were sent.</summary>
    public long Overwritten { get; internal set; }

    /// <summary>Images that at least one subscriber missed because it was too slow.</summary>
    public long Dropped { get; internal set; }

    /// <summary>Announcements that were no image of this detector.</summary>
    public long Unexpected { get; internal set; }
}
