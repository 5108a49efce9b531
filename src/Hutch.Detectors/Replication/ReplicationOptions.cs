namespace Hutch.Detectors.Replication;

/// <summary>Settings of senders and receivers that are not the detector's.</summary>
public sealed record ReplicationOptions
{
    /// <summary>Slots of the image ring on this side.</summary>
    public required int ImageSlots { get; init; }

    /// <summary>
    /// Images that a sender keeps for a receiver that is slow, each with the memory of its part. Default 50: a second of most detectors,
    /// and 1 GB of the largest.
    /// </summary>
    public int SendQueue { get; init; } = 50;

    /// <summary>Images that a receiver keeps until they are in its ring. Default 10: the ring is the buffer.</summary>
    public int ReceiveQueue { get; init; } = 10;

    /// <summary>After how long without a part incomplete images are given up. Default 1 s.</summary>
    public TimeSpan ImageTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
