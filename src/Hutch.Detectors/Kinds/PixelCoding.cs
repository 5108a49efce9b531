namespace Hutch.Detectors.Kinds;

/// <summary>How the pixels of a frame are coded on the wire.</summary>
public enum PixelCoding
{
    /// <summary>One byte.</summary>
    UInt8,

    /// <summary>Two bytes, little-endian.</summary>
    UInt16,

    /// <summary>Four bytes, little-endian.</summary>
    UInt32,

    /// <summary>12 bits, two pixels in three bytes; 16 bits in the image.</summary>
    Packed12,

    /// <summary>Two bytes of gain bits and ADC value (Jungfrau); corrected, and 32-bit floating point, in the image.</summary>
    GainAdc,
}
