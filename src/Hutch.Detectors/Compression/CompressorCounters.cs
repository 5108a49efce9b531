namespace Hutch.Detectors.Compression;

/// <summary>What a compressor has done. Every image that was announced to it is in exactly one of the first four. Readable from any thread.</summary>
public sealed class CompressorCounters
{
    /// <summary>Images passed on compressed.</summary>
    public long Compressed { get; internal set; }

    /// <summary>Images passed on uncompressed because compression would not have made them smaller.</summary>
    public long Incompressible { get; internal set; }

    /// <summary>Images lost because a newer one had taken their slot in the image ring, or in the compressed one, before they were done.</summary>
    public long Overwritten { get; internal set; }

    /// <summary>Announcements that were no image of this detector.</summary>
    public long Unexpected { get; internal set; }

    /// <summary>Images that at least one subscriber missed because its queue was full.</summary>
    public long Dropped { get; internal set; }

    /// <summary>Bytes of the images passed on, before.</summary>
    public long BytesIn { get; internal set; }

    /// <summary>Bytes of the images passed on, after.</summary>
    public long BytesOut { get; internal set; }
}
