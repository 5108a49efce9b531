using System.Runtime.InteropServices;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;

namespace Hutch.Detectors.Simulation;

/// <summary>Codes a module's view of a pattern as the detector does on the wire.</summary>
public sealed class FrameEncoder
{
    private readonly ModuleGeometry _geometry;
    private readonly PixelCoding _coding;
    private readonly int _module;
    private readonly IPixelPattern _pattern;
    private readonly uint[] _row;
    private readonly ushort[] _narrow;

    /// <summary>Makes the encoder of an active module.</summary>
    public FrameEncoder(DaqConfiguration configuration, int module, IPixelPattern pattern)
    {
        _geometry = configuration.Kind.Geometry(configuration, module)
            ?? throw new ArgumentException($"module {module} of {configuration.DetectorName} is inactive", nameof(module));
        _coding = configuration.Kind.Coding(configuration);
        (_module, _pattern) = (module, pattern);
        _row = new uint[_geometry.Columns];
        _narrow = new ushort[_geometry.Columns];
        FrameBytes = (int)configuration.Kind.Layout(configuration).FrameBytes;
    }

    /// <summary>Bytes of a frame.</summary>
    public int FrameBytes { get; }

    /// <summary>Codes the frame of an image.</summary>
    public void Encode(ulong imageId, Span<byte> frame)
    {
        var rowBytes = _geometry.Columns * _coding.WireBits() / 8;
        for (var row = 0; row < _geometry.Rows; row++)
        {
            _pattern.FillRow(imageId, _module, row, _row);
            EncodeRow(frame.Slice(row * rowBytes, rowBytes));
        }
    }

    private void EncodeRow(Span<byte> target)
    {
        switch (_coding)
        {
            case PixelCoding.UInt32:
                MemoryMarshal.AsBytes(_row.AsSpan()).CopyTo(target);
                break;
            case PixelCoding.UInt16 or PixelCoding.GainAdc:
                Narrow(MemoryMarshal.Cast<byte, ushort>(target));
                break;
            case PixelCoding.Packed12:
                Narrow(_narrow);
                Packed12.Pack(_narrow, target);
                break;
            default:
                for (var i = 0; i < target.Length; i++)
                    target[i] = (byte)_row[i];
                break;
        }
    }

    private void Narrow(Span<ushort> target)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] = (ushort)_row[i];
    }
}
