using Google.Protobuf;
using Hutch.Detectors.Configuration;
using Hutch.Streams;

namespace Hutch.Detectors.Assembly;

/// <summary>A message of <c>detector-image</c> as it is read: one object for all messages, so that reading allocates nothing.</summary>
internal sealed class AnnouncedImage(DaqConfiguration configuration)
{
    /// <summary>The most bytes that a message has; the deployed programs have a buffer of the same size.</summary>
    internal const int MaxBytes = 512;

    private readonly ImageMetadata _metadata = new();

    /// <summary>What the last message said.</summary>
    internal ImageMetadata Metadata => _metadata;

    /// <summary>Reads a message.</summary>
    /// <returns>False if it is no uncompressed image of this detector.</returns>
    internal bool TryRead(ReadOnlySpan<byte> message)
    {
        // The fields of the message before would stay where this one has none.
        (_metadata.ImageId, _metadata.Height, _metadata.Width, _metadata.Size) = (0, 0, 0, 0);
        (_metadata.Status, _metadata.Compression, _metadata.Dtype) = (ImageStatus.Undefined, ImageCompression.None, ImageDataType.UnknownType);
        try
        {
            _metadata.MergeFrom(message);
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
        return _metadata.Size == (ulong)configuration.ImageBytes && _metadata.Dtype == configuration.ImageType
            && _metadata.Height == (ulong)configuration.ImageHeight && _metadata.Width == (ulong)configuration.ImageWidth
            && _metadata.Compression == ImageCompression.None;
    }
}
