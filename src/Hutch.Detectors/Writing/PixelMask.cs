using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hutch.Detectors.Configuration;

namespace Hutch.Detectors.Writing;

/// <summary>
/// Which pixels of an image no module has, as a chunk for files: u32 [height, width], 1 for a gap (bit 0 of pixel_mask of an NXdetector), compressed by
/// zlib. Made once a configuration: for 16 million pixels it takes a quarter of a second, which no acquisition should wait for.
/// </summary>
internal sealed class PixelMask
{
    /// <summary>The number of HDF5's filter that undoes the compression.</summary>
    public const int Deflate = 1;

    private const uint Gap = 1;

    private static readonly ConditionalWeakTable<DaqConfiguration, PixelMask> Masks = [];

    private PixelMask(DaqConfiguration configuration)
    {
        if (Find(configuration) is not { } mask)
            return;
        using var chunk = new MemoryStream();
        using (var compressed = new ZLibStream(chunk, CompressionLevel.Fastest))
            compressed.Write(MemoryMarshal.AsBytes(mask.AsSpan()));
        Chunk = chunk.ToArray();
    }

    /// <summary>The chunk; null where every pixel of the image is one of a module.</summary>
    public byte[]? Chunk { get; }

    /// <summary>The mask of a configuration.</summary>
    public static PixelMask Of(DaqConfiguration configuration) => Masks.GetValue(configuration, c => new PixelMask(c));

    private static uint[]? Find(DaqConfiguration configuration)
    {
        var mask = new uint[configuration.ImageHeight * configuration.ImageWidth];
        Array.Fill(mask, Gap);
        var left = mask.Length;
        foreach (var geometry in configuration.ActiveModules.Select(m => configuration.Kind.Geometry(configuration, m)!))
        {
            for (var row = 0; row < geometry.Rows; row++)
            {
                foreach (var segment in geometry.Segments)
                {
                    mask.AsSpan((geometry.ImageRow(row) * configuration.ImageWidth) + segment.ImageColumn, segment.Length).Clear();
                    left -= segment.Length;
                }
            }
        }
        return left > 0 ? mask : null;
    }
}
