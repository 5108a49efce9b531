using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;

namespace Hutch.Detectors.Assembly;

/// <summary>Puts the pixels of a module's frame to their places in the image.</summary>
public sealed unsafe class FrameConverter
{
    private readonly ModuleGeometry _geometry;
    private readonly bool _isPacked;
    private readonly GainCorrection? _correction;
    private readonly int _wireRowBytes;
    private readonly int _pixelBytes;
    private readonly long _imageRowBytes;

    /// <summary>Makes the converter of an active module.</summary>
    /// <exception cref="UserErrorException">The parameters of its correction cannot be read.</exception>
    public FrameConverter(DaqConfiguration configuration, int module)
    {
        var coding = configuration.Kind.Coding(configuration);
        _geometry = configuration.Kind.Geometry(configuration, module)
            ?? throw new ArgumentException($"module {module} of {configuration.DetectorName} is inactive", nameof(module));
        _isPacked = coding == PixelCoding.Packed12;
        if (coding == PixelCoding.GainAdc)
            _correction = new GainCorrection(GainParameters.Read(configuration, module), configuration.Gain.Rule);
        _wireRowBytes = _geometry.Columns * coding.WireBits() / 8;
        _pixelBytes = coding.ImageBytes();
        _imageRowBytes = (long)configuration.ImageWidth * _pixelBytes;
    }

    /// <summary>Converts a frame.</summary>
    /// <param name="frame">The first byte of the frame: rows of the module, dense, as they are coded on the wire.</param>
    /// <param name="image">The first byte of the image.</param>
    /// <param name="isIncomplete">Whether packets are missing in the frame: what they would have filled is 0 there, and stays 0.</param>
    public void Convert(byte* frame, byte* image, bool isIncomplete = false)
    {
        for (var row = 0; row < _geometry.Rows; row++)
        {
            var source = frame + ((long)row * _wireRowBytes);
            var target = image + (_geometry.ImageRow(row) * _imageRowBytes);
            foreach (var segment in _geometry.Segments)
            {
                var place = target + ((long)segment.ImageColumn * _pixelBytes);
                if (_isPacked)
                    Packed12.Unpack(source + (segment.Column * 3 / 2), (ushort*)place, segment.Length);
                else if (_correction is not null)
                    _correction.Convert((ushort*)source + segment.Column, (float*)place, (row * _geometry.Columns) + segment.Column, segment.Length, isIncomplete);
                else
                    Buffer.MemoryCopy(source + (segment.Column * _pixelBytes), place, segment.Length * _pixelBytes, segment.Length * _pixelBytes);
            }
        }
    }
}
