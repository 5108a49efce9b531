namespace Hutch.Detectors.Replication;

/// <summary>What the sender of a part has done since it started. Written by its thread, readable from any.</summary>
public sealed class SenderCounters
{
    /// <summary>Images, or parts of them, that were handed to the network.</summary>
    public long Sent { get; internal set; }

    /// <summary>Bytes of pixels of these.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Images that at least one receiver missed because its queue was full.</summary>
    public long Dropped { get; internal set; }

    /// <summary>Images that were overwritten in the ring before they were sent.</summary>
    public long Overwritten { get; internal set; }

    /// <summary>Images without a subscriber.</summary>
    public long Unheard { get; internal set; }

    /// <summary>Announcements that were no image of this detector.</summary>
    public long Unexpected { get; internal set; }

    /// <summary>Image ids between those that were announced.</summary>
    public long MissingIds { get; internal set; }
}
