using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hutch.Detectors.Assembly;

/// <summary>
/// 12-bit pixels, two in three bytes: <c>p0 = byte0 | (byte1 &amp; 0x0F) &lt;&lt; 8</c>, <c>p1 = byte1 &gt;&gt; 4 | byte2 &lt;&lt; 4</c>.
/// </summary>
public static unsafe class Packed12
{
    private const int PixelsAtOnce = 8;
    private const int PixelsOfLine = 32;

    /// <summary>Unpacks pixels to 16 bits, whole cache lines past the caches (see <see cref="StreamedCopy"/>).</summary>
    /// <param name="source">Packed pixels.</param>
    /// <param name="target">Room for <paramref name="count"/> pixels.</param>
    /// <param name="count">Pixels; even.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unpack(byte* source, ushort* target, int count)
    {
        var done = 0;
        if (Avx512Vbmi.IsSupported && (nint)target % 4 == 0 && count >= 4 * PixelsOfLine)
        {
            // Up to the start of a cache line, which is an even number of pixels.
            done = (int)(-(nint)target & 63) / sizeof(ushort);
            UnpackBy8(source, target, done, count);
            var pairs = Vector512.Create((byte)0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 10, 10, 11, 12, 13, 13, 14, 15, 16, 16, 17, 18, 19, 19, 20, 21, 22, 22, 23,
                24, 25, 25, 26, 27, 28, 28, 29, 30, 31, 31, 32, 33, 34, 34, 35, 36, 37, 37, 38, 39, 40, 40, 41, 42, 43, 43, 44, 45, 46, 46, 47);
            var evenMask = Vector512.Create(0x0000_0FFFu).AsUInt16();
            var oddMask = Vector512.Create(0xFFFF_0000u).AsUInt16();
            // A load takes 64 bytes of which 48 are used.
            for (; done <= count - (2 * PixelsOfLine); done += PixelsOfLine)
            {
                var words = Avx512Vbmi.PermuteVar64x8(Vector512.Load(source + (done * 3 / 2)), pairs).AsUInt16();
                (((words >>> 4) & oddMask) | (words & evenMask)).StoreAlignedNonTemporal(target + done);
            }
        }
        UnpackBy8(source + (done * 3 / 2), target + done, count - done, count - done);
    }

    // The first ones of so many as there are to read.
    private static void UnpackBy8(byte* source, ushort* target, int count, int there)
    {
        var done = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            // A load takes 16 bytes of which 12 are used, so the last ones are left to the scalar loop.
            var pairs = Vector128.Create((byte)0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 10, 10, 11);
            var evenMask = Vector128.Create(0x0000_0FFFu).AsUInt16();
            var oddMask = Vector128.Create(0xFFFF_0000u).AsUInt16();
            for (; done <= count - PixelsAtOnce && done <= there - (2 * PixelsAtOnce); done += PixelsAtOnce)
            {
                var words = Vector128.Shuffle(Vector128.Load(source + (done * 3 / 2)), pairs).AsUInt16();
                (((words >>> 4) & oddMask) | (words & evenMask)).Store(target + done);
            }
        }
        UnpackScalar(source + (done * 3 / 2), target + done, count - done);
    }

    /// <summary>The same, one pair after the other.</summary>
    public static void UnpackScalar(byte* source, ushort* target, int count)
    {
        for (var i = 0; i < count; i += 2, source += 3)
        {
            target[i] = (ushort)(source[0] | ((source[1] & 0x0F) << 8));
            target[i + 1] = (ushort)((source[1] >> 4) | (source[2] << 4));
        }
    }

    /// <summary>Packs pixels; their upper four bits are dropped.</summary>
    public static void Pack(ReadOnlySpan<ushort> source, Span<byte> target)
    {
        for (var (i, at) = (0, 0); i < source.Length; i += 2, at += 3)
        {
            var (p0, p1) = (source[i], source[i + 1]);
            target[at] = (byte)p0;
            target[at + 1] = (byte)(((p0 >> 8) & 0x0F) | (p1 << 4));
            target[at + 2] = (byte)(p1 >> 4);
        }
    }
}
