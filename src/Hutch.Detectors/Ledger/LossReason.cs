namespace Hutch.Detectors.Ledger;

/// <summary>Why data were lost.</summary>
public enum LossReason
{
    /// <summary>A packet of a frame did not arrive; its pixels are 0.</summary>
    MissingPackets = 1,

    /// <summary>The kernel dropped packets because the socket's buffer was full.</summary>
    SocketBufferFull = 2,

    /// <summary>The slot of the ring held other data before these were read.</summary>
    Overwritten = 3,

    /// <summary>A newer image had the slot already.</summary>
    Outdated = 4,

    /// <summary>The next stage did not take the announcement: its queue was full.</summary>
    QueueFull = 5,

    /// <summary>The frame of a module did not arrive at all.</summary>
    FrameMissing = 6,

    /// <summary>The image was given up because frames of it were missing.</summary>
    Incomplete = 7,

    /// <summary>Writing it failed.</summary>
    Failed = 8,

    /// <summary>What was announced did not fit the configuration.</summary>
    Unexpected = 9,

    /// <summary>Nothing of it arrived from the other machine.</summary>
    NotReceived = 10,
}
