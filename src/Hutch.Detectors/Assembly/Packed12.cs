using System.Runtime.Intrinsics;

namespace Hutch.Detectors.Assembly;

/// <summary>
/// 12-bit pixels, two in three bytes: <c>p0 = byte0 | (byte1 &amp; 0x0F) &lt;&lt; 8</c>, <c>p1 = byte1 &gt;&gt; 4 | byte2 &lt;&lt; 4</c>.
/// </summary>
public static unsafe class Packed12
{
    private const int PixelsAtOnce = 8;

    /// <summary>Unpacks pixels to 16 bits.</summary>
    /// <param name="source">Packed pixels.</param>
    /// <param name="target">Room for <paramref name="count"/> pixels.</param>
    /// <param name="count">Pixels; even.</param>
    public static void Unpack(byte* source, ushort* target, int count)
    {
        var done = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            // A load takes 16 bytes of which 12 are used, so the last ones are left to the scalar loop.
            var pairs = Vector128.Create((byte)0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 10, 10, 11);
            var evenMask = Vector128.Create(0x0000_0FFFu).AsUInt16();
            var oddMask = Vector128.Create(0xFFFF_0000u).AsUInt16();
            for (; done <= count - (2 * PixelsAtOnce); done += PixelsAtOnce)
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
