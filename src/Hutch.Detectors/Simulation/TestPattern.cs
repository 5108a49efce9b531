using System.Numerics;
using System.Runtime.InteropServices;

namespace Hutch.Detectors.Simulation;

/// <summary>
/// A pattern in which every pixel is known: <c>31 column + 1033 row + 7919 module + 17 image id</c>, modulo 2^32, cut to the pixel's bits.
/// Its factors are prime and far apart, so that pixels of a wrong place, module or image show.
/// </summary>
public sealed class TestPattern : IPixelPattern
{
    private const uint ColumnFactor = 31;
    private const uint RowFactor = 1033;
    private const uint ModuleFactor = 7919;
    private const uint ImageFactor = 17;

    /// <summary>The value of a pixel, before it is cut to the detector's bits.</summary>
    public static uint Value(ulong imageId, int module, int row, int column) =>
        unchecked((ColumnFactor * (uint)column) + (RowFactor * (uint)row) + (ModuleFactor * (uint)module) + (ImageFactor * (uint)imageId));

    /// <inheritdoc/>
    public void FillRow(ulong imageId, int module, int row, Span<uint> pixels)
    {
        var vectors = MemoryMarshal.Cast<uint, Vector<uint>>(pixels);
        var value = Vector.CreateSequence(Value(imageId, module, row, 0), ColumnFactor);
        var step = new Vector<uint>(ColumnFactor * (uint)Vector<uint>.Count);
        foreach (ref var vector in vectors)
        {
            vector = value;
            value += step;
        }
        for (var column = vectors.Length * Vector<uint>.Count; column < pixels.Length; column++)
            pixels[column] = Value(imageId, module, row, column);
    }
}
