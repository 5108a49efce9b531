using Hutch.Streams;

namespace Hutch.Detectors.Kinds;

/// <summary>The sizes that follow from a <see cref="PixelCoding"/>.</summary>
public static class PixelCodings
{
    /// <summary>Bits of a pixel on the wire.</summary>
    public static int WireBits(this PixelCoding coding) => coding switch
    {
        PixelCoding.UInt8 => 8,
        PixelCoding.UInt16 or PixelCoding.GainAdc => 16,
        PixelCoding.UInt32 => 32,
        PixelCoding.Packed12 => 12,
        _ => throw new ArgumentOutOfRangeException(nameof(coding), coding, null),
    };

    /// <summary>Bytes of a pixel in the image.</summary>
    public static int ImageBytes(this PixelCoding coding) => coding switch
    {
        PixelCoding.UInt8 => 1,
        PixelCoding.UInt32 or PixelCoding.GainAdc => 4,
        _ => 2,
    };

    /// <summary>The type of a pixel in the image.</summary>
    public static ImageDataType ImageType(this PixelCoding coding) => coding switch
    {
        PixelCoding.UInt8 => ImageDataType.Uint8,
        PixelCoding.UInt32 => ImageDataType.Uint32,
        PixelCoding.GainAdc => ImageDataType.Float32,
        _ => ImageDataType.Uint16,
    };
}
