using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hutch.Detectors.Compression;

/// <summary>
/// The bit transpose of bitshuffle: of n elements, bit 0 of byte 0 of all elements first (n/8 bytes, the first element in the lowest bit),
/// then bit 1, and so on to bit 7 of the last byte. n is a multiple of 8. Elements of 1, 2 and 4 bytes are done with vectors.
/// </summary>
public static unsafe class BitTranspose
{
    // Elements at once: a vector of their bytes.
    private const int Lot = 32;

    /// <summary>Elements to bit planes.</summary>
    /// <param name="source">The first byte of the elements.</param>
    /// <param name="target">Room for as many bytes; must not overlap.</param>
    /// <param name="count">Elements; a multiple of 8.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    public static void Forward(byte* source, byte* target, int count, int elementSize)
    {
        var done = Vector256.IsHardwareAccelerated && elementSize is 1 or 2 or 4 ? count / Lot * Lot : 0;
        var plane = count / 8;
        for (var first = 0; first < done; first += Lot)
        {
            var elements = source + ((long)first * elementSize);
            var place = target + (first / 8);
            switch (elementSize)
            {
                case 1:
                    StorePlane(Vector256.Load(elements), place, plane);
                    break;
                case 2:
                    ForwardWords(elements, place, plane);
                    break;
                default:
                    ForwardDoubleWords(elements, place, plane);
                    break;
            }
        }
        ForwardScalar(source, target, count, elementSize, done);
    }

    /// <summary>Bit planes back to elements; the arguments are as in <see cref="Forward"/>.</summary>
    public static void Backward(byte* source, byte* target, int count, int elementSize)
    {
        var done = Vector256.IsHardwareAccelerated && elementSize is 1 or 2 or 4 ? count / Lot * Lot : 0;
        var plane = count / 8;
        for (var first = 0; first < done; first += Lot)
        {
            var place = source + (first / 8);
            var elements = target + ((long)first * elementSize);
            switch (elementSize)
            {
                case 1:
                    LoadPlane(place, plane).Store(elements);
                    break;
                case 2:
                    BackwardWords(place, elements, plane);
                    break;
                default:
                    BackwardDoubleWords(place, elements, plane);
                    break;
            }
        }
        BackwardScalar(source, target, count, elementSize, done);
    }

    /// <summary><see cref="Forward"/>, a bit at a time, from the element <paramref name="first"/> (a multiple of 8) on.</summary>
    public static void ForwardScalar(byte* source, byte* target, int count, int elementSize, int first = 0)
    {
        for (var bit = 0; bit < elementSize * 8; bit++)
        {
            for (var lot = first / 8; lot < count / 8; lot++)
            {
                var bits = 0;
                for (var i = 0; i < 8; i++)
                    bits |= ((source[((long)((lot * 8) + i) * elementSize) + (bit / 8)] >> (bit % 8)) & 1) << i;
                target[((long)bit * (count / 8)) + lot] = (byte)bits;
            }
        }
    }

    /// <summary><see cref="Backward"/>, a bit at a time, from the element <paramref name="first"/> (a multiple of 8) on.</summary>
    public static void BackwardScalar(byte* source, byte* target, int count, int elementSize, int first = 0)
    {
        for (var element = first; element < count; element++)
        {
            for (var at = 0; at < elementSize; at++)
            {
                var value = 0;
                for (var bit = 0; bit < 8; bit++)
                    value |= ((source[((long)((at * 8) + bit) * (count / 8)) + (element / 8)] >> (element % 8)) & 1) << bit;
                target[((long)element * elementSize) + at] = (byte)value;
            }
        }
    }

    private static void ForwardWords(byte* elements, byte* place, int plane)
    {
        var (a, b) = (Vector256.Load((ushort*)elements), Vector256.Load((ushort*)elements + 16));
        var mask = Vector256.Create((ushort)0xFF);
        StorePlane(Vector256.Narrow(a & mask, b & mask), place, plane);
        StorePlane(Vector256.Narrow(a >>> 8, b >>> 8), place + (8L * plane), plane);
    }

    private static void ForwardDoubleWords(byte* elements, byte* place, int plane)
    {
        var words = (uint*)elements;
        var (a, b, c, d) = (Vector256.Load(words), Vector256.Load(words + 8), Vector256.Load(words + 16), Vector256.Load(words + 24));
        var low = Vector256.Create(0xFFFFu);
        var (lowAB, lowCD) = (Vector256.Narrow(a & low, b & low), Vector256.Narrow(c & low, d & low));
        var (highAB, highCD) = (Vector256.Narrow(a >>> 16, b >>> 16), Vector256.Narrow(c >>> 16, d >>> 16));
        var mask = Vector256.Create((ushort)0xFF);
        StorePlane(Vector256.Narrow(lowAB & mask, lowCD & mask), place, plane);
        StorePlane(Vector256.Narrow(lowAB >>> 8, lowCD >>> 8), place + (8L * plane), plane);
        StorePlane(Vector256.Narrow(highAB & mask, highCD & mask), place + (16L * plane), plane);
        StorePlane(Vector256.Narrow(highAB >>> 8, highCD >>> 8), place + (24L * plane), plane);
    }

    private static void BackwardWords(byte* place, byte* elements, int plane)
    {
        var (low, high) = (LoadPlane(place, plane), LoadPlane(place + (8L * plane), plane));
        var target = (ushort*)elements;
        (Vector256.WidenLower(low) | (Vector256.WidenLower(high) << 8)).Store(target);
        (Vector256.WidenUpper(low) | (Vector256.WidenUpper(high) << 8)).Store(target + 16);
    }

    private static void BackwardDoubleWords(byte* place, byte* elements, int plane)
    {
        var (b0, b1) = (LoadPlane(place, plane), LoadPlane(place + (8L * plane), plane));
        var (b2, b3) = (LoadPlane(place + (16L * plane), plane), LoadPlane(place + (24L * plane), plane));
        var (low, high) = (Vector256.WidenLower(b0) | (Vector256.WidenLower(b1) << 8), Vector256.WidenLower(b2) | (Vector256.WidenLower(b3) << 8));
        var target = (uint*)elements;
        (Vector256.WidenLower(low) | (Vector256.WidenLower(high) << 16)).Store(target);
        (Vector256.WidenUpper(low) | (Vector256.WidenUpper(high) << 16)).Store(target + 8);
        (low, high) = (Vector256.WidenUpper(b0) | (Vector256.WidenUpper(b1) << 8), Vector256.WidenUpper(b2) | (Vector256.WidenUpper(b3) << 8));
        (Vector256.WidenLower(low) | (Vector256.WidenLower(high) << 16)).Store(target + 16);
        (Vector256.WidenUpper(low) | (Vector256.WidenUpper(high) << 16)).Store(target + 24);
    }

    // The same byte of 32 elements becomes 32 bits in each of eight planes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePlane(Vector256<byte> bytes, byte* place, int plane)
    {
        for (var bit = 7; bit >= 0; bit--)
        {
            Unsafe.WriteUnaligned(place + ((long)bit * plane), bytes.ExtractMostSignificantBits());
            bytes += bytes;   // the next lower bit to the top
        }
    }

    // Each plane's 32 bits are spread over 32 bytes and added up.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> LoadPlane(byte* place, int plane)
    {
        var spread = Vector256.Create(
            (byte)0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 18, 18, 18, 18, 18, 18, 18, 18, 19, 19, 19, 19, 19, 19, 19, 19);
        var select = Vector256.Create(0x8040_2010_0804_0201).AsByte();
        var bytes = Vector256<byte>.Zero;
        for (var bit = 7; bit >= 0; bit--)
        {
            var word = Vector256.Create(Unsafe.ReadUnaligned<uint>(place + ((long)bit * plane))).AsByte();
            var isSet = Vector256.Equals(Vector256.Shuffle(word, spread) & select, select);
            bytes = bytes + bytes - isSet;   // a comparison that holds is -1
        }
        return bytes;
    }
}
