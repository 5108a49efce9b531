namespace Hutch.Detectors.Recording;

/// <summary>What a recording has of one port.</summary>
public sealed record PortReport
{
    /// <summary>The UDP port.</summary>
    public required int Port { get; init; }

    /// <summary>The <c>detector_type</c> that the packets fit, or null.</summary>
    public required string? Detector { get; init; }

    /// <summary>Bits of a pixel, as far as the packets tell.</summary>
    public required int? BitDepth { get; init; }

    /// <summary>Columns of the image, or of the module where a packet does not tell more.</summary>
    public required int? ImageWidth { get; init; }

    /// <summary>Rows of the image, or of the module where a packet does not tell more.</summary>
    public required int? ImageHeight { get; init; }

    /// <summary>The modules that the packets name.</summary>
    public required IReadOnlyList<int> Modules { get; init; }

    /// <summary>Datagrams.</summary>
    public required long Packets { get; init; }

    /// <summary>Bytes of these, UDP headers not counted.</summary>
    public required long Bytes { get; init; }

    /// <summary>Datagrams that are not packets of the detector.</summary>
    public required long Unrecognised { get; init; }

    /// <summary>Packets of a whole frame.</summary>
    public required int PacketsPerFrame { get; init; }

    /// <summary>Frames of which at least one packet is there.</summary>
    public required long Frames { get; init; }

    /// <summary>Frames of which all are.</summary>
    public required long CompleteFrames { get; init; }

    /// <summary>Packets missing in the others.</summary>
    public required long MissingPackets { get; init; }

    /// <summary>Frames of which nothing is there, by the gaps in their numbers.</summary>
    public required long MissingFrames { get; init; }

    /// <summary>Repeated packets.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Packets that arrived after a later one.</summary>
    public required long OutOfOrder { get; init; }

    /// <summary>The image id of the first packet.</summary>
    public required ulong FirstImage { get; init; }

    /// <summary>The image id of the last packet.</summary>
    public required ulong LastImage { get; init; }

    /// <summary>Datagrams by size in bytes.</summary>
    public required IReadOnlyDictionary<int, long> Sizes { get; init; }

    /// <summary>From the first datagram to the last.</summary>
    public required double Seconds { get; init; }

    /// <summary>Frames a second.</summary>
    public required double FramesPerSecond { get; init; }

    /// <summary>Million bytes a second.</summary>
    public required double MegabytesPerSecond { get; init; }

    /// <summary>The first 64 bytes of the first datagram, hexadecimal.</summary>
    public required string FirstBytes { get; init; }
}
