namespace Hutch.Streams;

/// <summary>Helps to use one message object again and again, so that none is allocated an image.</summary>
public static class ImageMetadataExtensions
{
    /// <summary>Sets every field to its default: those of a message before would stay where the next one has none.</summary>
    public static void ClearAll(this ImageMetadata image)
    {
        (image.ImageId, image.Height, image.Width, image.Size) = (0, 0, 0, 0);
        (image.Dtype, image.Status, image.Compression) = (ImageDataType.UnknownType, ImageStatus.Undefined, ImageCompression.None);
        image.ClearDetector();
    }
}
