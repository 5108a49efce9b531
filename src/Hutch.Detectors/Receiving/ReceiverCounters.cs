namespace Hutch.Detectors.Receiving;

/// <summary>What a receiver has seen since it started. Written by the receiver's thread, readable from any.</summary>
public sealed class ReceiverCounters
{
    /// <summary>Datagrams received, of any kind.</summary>
    public long Datagrams { get; internal set; }

    /// <summary>Bytes of these, UDP headers not counted.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Packets that are now in a frame.</summary>
    public long Packets { get; internal set; }

    /// <summary>Datagrams of a wrong size.</summary>
    public long WrongSize { get; internal set; }

    /// <summary>
    /// Datagrams of the right size that have no place in a frame: a packet number beyond the frame, an image id that is none, and, where
    /// <see cref="UdpReceiverOptions.OwnModuleOnly"/> is set, another module's.
    /// </summary>
    public long Foreign { get; internal set; }

    /// <summary>Packets whose header has another version or protocol id than the format describes. They are accepted, as by the deployed receivers.</summary>
    public long UnknownFormat { get; internal set; }

    /// <summary>Packets that name another module than the port's. They are accepted, as by the deployed receivers: the port says which module it is.</summary>
    public long OtherModule { get; internal set; }

    /// <summary>Packets that had arrived before.</summary>
    public long Duplicates { get; internal set; }

    /// <summary>Packets of a frame that had been passed on already.</summary>
    public long Late { get; internal set; }

    /// <summary>Frames passed on with all packets.</summary>
    public long CompleteFrames { get; internal set; }

    /// <summary>Frames passed on with packets missing.</summary>
    public long IncompleteFrames { get; internal set; }

    /// <summary>Packets missing in these.</summary>
    public long MissingPackets { get; internal set; }

    /// <summary>Payloads that had to be moved because a packet other than the expected one arrived.</summary>
    public long MovedPayloads { get; internal set; }

    /// <summary>Datagrams that the kernel dropped because the socket's buffer was full.</summary>
    public long KernelDrops { get; internal set; }

    /// <summary>System calls that received; twice a second brought up to date.</summary>
    public long ReceiveCalls { get; internal set; }
}
