using System.Runtime.InteropServices;

namespace Hutch.Detectors.Tests.Compression;

/// <summary>The pixels that tests/peers/bitshuffle_peer.py writes and expects.</summary>
internal static class SamplePixels
{
    /// <summary>Whether LZ4 cannot make a row smaller.</summary>
    public static bool IsRandom(int row) => row % 3 == 2;

    public static byte[] Row(int row, int count, int elementSize)
    {
        var bytes = new byte[count * elementSize];
        for (var i = 0; i < count; i++)
        {
            Span<ulong> value = [IsRandom(row) ? Hash((ulong)i, row) : (ulong)((31L * i) + (17L * row)) % 251];
            MemoryMarshal.AsBytes(value)[..elementSize].CopyTo(bytes.AsSpan(i * elementSize));
        }
        return bytes;
    }

    /// <summary>As floating point, in which only whole numbers up to 255 occur.</summary>
    public static float[] Floats(int row, int count) => [.. Enumerable.Range(0, count).Select(i =>
        (float)(IsRandom(row) ? Hash((ulong)i, row) & 255 : (ulong)((31L * i) + (17L * row)) % 251))];

    // The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
    private static ulong Hash(ulong i, int row)
    {
        var z = unchecked((i + (ulong)(1 + (1_000_003L * row))) * 0x9E3779B97F4A7C15UL);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        return z ^ (z >> 31);
    }
}
