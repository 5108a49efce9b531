using System.Runtime.CompilerServices;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;

namespace Hutch.Detectors.Assembly;

/// <summary>
/// Puts the pixels of a module's frame to their places in the image, past the caches (see <see cref="StreamedCopy"/>). The gaps between them are 0 from
/// the ring's start, and stay so.
/// </summary>
public sealed unsafe class FrameConverter
{
    private readonly PixelCoding _coding;
    private readonly GainCorrection? _correction;
    private readonly Run[] _runs;
    private readonly int _gap = -1;     // bytes between the two runs of a row that are copied as a pair; -1: each by itself
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _frameRowBytes;
    private readonly long _firstByte;   // of the module's row 0 in the image
    private readonly long _rowStep;     // from there to the module's next row

    /// <summary>Makes the converter of an active module.</summary>
    /// <exception cref="UserErrorException">The parameters of its correction cannot be read.</exception>
    public FrameConverter(DaqConfiguration configuration, int module)
    {
        _coding = configuration.Kind.Coding(configuration);
        var geometry = configuration.Kind.Geometry(configuration, module)
            ?? throw new ArgumentException($"module {module} of {configuration.DetectorName} is inactive", nameof(module));
        if (_coding == PixelCoding.GainAdc)
            _correction = new GainCorrection(GainParameters.Read(configuration, module), configuration.Gain.Rule);
        var (wireBits, pixelBytes) = (_coding.WireBits(), _coding.ImageBytes());
        var imageRowBytes = (long)configuration.ImageWidth * pixelBytes;
        (_rows, _columns, _frameRowBytes) = (geometry.Rows, geometry.Columns, geometry.Columns * wireBits / 8);
        (_firstByte, _rowStep) = (geometry.FirstRow * imageRowBytes, geometry.RowStep * imageRowBytes);
        _runs = [.. geometry.Segments.Select(s => new Run(s.Column * wireBits / 8, s.ImageColumn * pixelBytes, s.Column, s.Length, s.Length * pixelBytes))];
        if (_runs is [var first, var second] && second.Source == first.Source + first.Bytes && _coding is not (PixelCoding.Packed12 or PixelCoding.GainAdc)
            && StreamedCopy.IsPair(first.Bytes, second.Target - first.Target - first.Bytes, second.Bytes))
            _gap = second.Target - first.Target - first.Bytes;
    }

    /// <summary>Converts a frame. Allocates nothing.</summary>
    /// <param name="frame">The first byte of the frame: rows of the module, dense, as they are coded on the wire.</param>
    /// <param name="image">The first byte of the image.</param>
    /// <param name="isIncomplete">Whether packets are missing in the frame: what they would have filled is 0 there, and stays 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]   // quick from the first frame on, also in a process of one processor
    public void Convert(byte* frame, byte* image, bool isIncomplete = false)
    {
        ReadOnlySpan<Run> runs = _runs;   // an array: enumerating an interface would allocate for each row
        var source = frame;
        var target = image + _firstByte;
        for (var row = 0; row < _rows; row++, source += _frameRowBytes, target += _rowStep)
        {
            if (_gap >= 0)
            {
                StreamedCopy.CopyPair(source + runs[0].Source, target + runs[0].Target, runs[0].Bytes, _gap, runs[1].Bytes);
                continue;
            }
            foreach (ref readonly var run in runs)
            {
                switch (_coding)
                {
                    case PixelCoding.Packed12:
                        Packed12.Unpack(source + run.Source, (ushort*)(target + run.Target), run.Pixels);
                        break;
                    case PixelCoding.GainAdc:
                        _correction!.Convert((ushort*)(source + run.Source), (float*)(target + run.Target), (row * _columns) + run.Column, run.Pixels, isIncomplete);
                        break;
                    default:
                        StreamedCopy.Copy(source + run.Source, target + run.Target, run.Bytes);
                        break;
                }
            }
        }
        // Stores that went past the caches may still be in progress; a program that receives the announcement must find the pixels.
        Thread.MemoryBarrier();
    }

    /// <summary>Pixels of a row that stay together.</summary>
    /// <param name="Source">Their first byte in the frame's row.</param>
    /// <param name="Target">Their first byte in the image's row.</param>
    /// <param name="Column">The first one's column in the module.</param>
    /// <param name="Pixels">How many.</param>
    /// <param name="Bytes">Their bytes in the image.</param>
    private readonly record struct Run(int Source, int Target, int Column, int Pixels, int Bytes);
}
