namespace Hutch.Detectors.Replication;

/// <summary>What the receiver of a part has seen since it started. Written by its thread, readable from any.</summary>
public sealed class StreamReceiverCounters
{
    /// <summary>Parts that are in the ring and were reported.</summary>
    public long Received { get; internal set; }

    /// <summary>Bytes of pixels of these.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Parts that never arrived, by the gaps in the image ids: what the sender dropped, or sent while there was no connection.</summary>
    public long Missing { get; internal set; }

    /// <summary>Messages that were no part of an image of this detector, or of a wrong size; nothing of them was written.</summary>
    public long WrongSize { get; internal set; }

    /// <summary>Parts whose slot a newer image had taken.</summary>
    public long Outdated { get; internal set; }

    /// <summary>Parts that the synchroniser did not take.</summary>
    public long Unannounced { get; internal set; }

    /// <summary>Parts sent without their last bytes, which are 0 here.</summary>
    public long Short { get; internal set; }
}
