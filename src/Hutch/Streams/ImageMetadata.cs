using Google.Protobuf;

namespace Hutch.Streams;

/// <summary>The metadata of an image, as the deployed standard DAQ sends them.</summary>
public sealed partial class ImageMetadata
{
    /// <summary>Becomes what a message says; one object serves for any number of messages.</summary>
    /// <returns>False if the message is none of this kind; what the object says then is of no use.</returns>
    public bool TryRead(ReadOnlySpan<byte> message)
    {
        // The fields of the message before would stay where this one has none.
        (ImageId, Height, Width, Size) = (0, 0, 0, 0);
        (Dtype, Status, Compression) = (ImageDataType.UnknownType, ImageStatus.Undefined, ImageCompression.None);
        ClearDetector();
        try
        {
            this.MergeFrom(message);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
