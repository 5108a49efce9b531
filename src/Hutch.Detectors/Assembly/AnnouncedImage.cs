using Hutch.Detectors.Configuration;
using Hutch.Streams;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Assembly;

/// <summary>A message of <c>detector-image</c>, or <c>detector-compressed</c>, as it is read: one object for all messages.</summary>
/// <param name="configuration">The detector.</param>
/// <param name="takesCompressed">Whether a compressed image is one too.</param>
internal sealed class AnnouncedImage(DaqConfiguration configuration, bool takesCompressed = false)
{
    /// <summary>The most bytes that a message has; the deployed programs have a buffer of the same size.</summary>
    internal const int MaxBytes = 512;

    /// <summary>What the last message said.</summary>
    internal ImageMetadata Metadata { get; } = new();

    /// <summary>Reads a message.</summary>
    /// <param name="buffer">Where it was received.</param>
    /// <param name="length">Its length, also if the buffer was too short for it.</param>
    /// <returns>False if it is no image of this detector.</returns>
    internal bool TryRead(ReadOnlySpan<byte> buffer, int length) =>
        length <= buffer.Length && Metadata.TryRead(buffer[..length]) && IsOfThisDetector();

    /// <summary>Reports a message that was no image; the first of a service is enough.</summary>
    internal void Complain(ILogger logger, string service) =>
        logger.LogWarning("{Service}: an announcement is not for an image of {Width} x {Height} pixels: does the sender have the same configuration?",
            service, configuration.ImageWidth, configuration.ImageHeight);

    private bool IsOfThisDetector() => Metadata.Dtype == configuration.ImageType
        && Metadata.Height == (ulong)configuration.ImageHeight && Metadata.Width == (ulong)configuration.ImageWidth
        && HasRightSize((ulong)configuration.ImageBytes);

    private bool HasRightSize(ulong whole) =>
        Metadata.Compression == ImageCompression.None ? Metadata.Size == whole : takesCompressed && Metadata.Size > 0 && Metadata.Size <= whole;
}
