using System.Runtime.InteropServices;
using Hutch.Detectors.Compression;
using Hutch.Detectors.Simulation;

namespace Hutch.Bench.Detectors;

/// <summary>Diffraction images and what it takes to compress them in one thread.</summary>
internal sealed class CompressorLoad
{
    internal const int Columns = 1024;
    internal const int Rows = 512;
    internal const int Images = 8;

    private readonly int _size;
    private readonly byte[] _target;
    private readonly byte[] _scratch;

    /// <summary>Simulates the images.</summary>
    /// <param name="size">Bytes of a pixel: 1, 2 or 4.</param>
    internal CompressorLoad(int size)
    {
        _size = size;
        Pixels = new byte[Images * Rows * Columns * size];
        _target = new byte[2 * Rows * Columns * size];
        _scratch = new byte[BitshuffleLz4.ScratchBytes(size)];
        var pattern = new DiffractionPattern(seed: 1);
        var row = new uint[Columns];
        for (var at = 0; at < Images * Rows; at++)
        {
            pattern.FillRow((ulong)(at / Rows * 10), 0, at % Rows, row);
            var bytes = MemoryMarshal.AsBytes(row.AsSpan());
            for (var column = 0; column < Columns; column++)
                bytes.Slice(column * sizeof(uint), size).CopyTo(Pixels.AsSpan(((at * Columns) + column) * size));
        }
    }

    /// <summary>All images, one after the other.</summary>
    internal byte[] Pixels { get; }

    /// <summary>Compresses every image so many times.</summary>
    /// <returns>Bytes of all images compressed once, without their headers.</returns>
    internal long Compress(int rounds)
    {
        var compressed = 0L;
        for (var i = 0; i < rounds * Images; i++)
        {
            var image = Pixels.AsSpan(i % Images * (Pixels.Length / Images), Pixels.Length / Images);
            var length = BitshuffleLz4.Compress(image, _size, _target, _scratch);
            compressed += i < Images ? length - BitshuffleLz4.HeaderBytes : 0;
        }
        return compressed;
    }
}
