using Hutch.Streams;

namespace Hutch.Detectors.Compression;

/// <summary>An image on its way through the compressor. The objects are used again and again.</summary>
internal sealed class CompressionJob
{
    /// <summary>What is passed on when the job is done.</summary>
    internal ImageMetadata Image { get; } = new();

    /// <summary>Whether it is decided; set last.</summary>
    internal bool IsDone { get; set; }

    /// <summary>Whether the image was lost on the way.</summary>
    internal bool IsOverwritten { get; set; }
}
