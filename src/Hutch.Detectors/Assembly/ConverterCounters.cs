namespace Hutch.Detectors.Assembly;

/// <summary>What a converter has done since it started. Written by its thread, readable from any.</summary>
public sealed class ConverterCounters
{
    /// <summary>Frames put into their image.</summary>
    public long Frames { get; internal set; }

    /// <summary>Frames that were overwritten in the frame ring before they were converted.</summary>
    public long OverwrittenFrames { get; internal set; }

    /// <summary>Frames whose image's slot belongs to a newer image already.</summary>
    public long OutdatedFrames { get; internal set; }

    /// <summary>Frames that could not be announced because the synchroniser did not take them.</summary>
    public long UnannouncedFrames { get; internal set; }
}
