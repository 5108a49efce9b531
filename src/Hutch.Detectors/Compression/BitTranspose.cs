using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hutch.Detectors.Compression;

/// <summary>
/// The bit transpose of bitshuffle: of n elements, bit 0 of byte 0 of all elements first (n/8 bytes, the first element in the lowest bit),
/// then bit 1, and so on to bit 7 of the last byte. n is a multiple of 8. Elements of 1, 2 and 4 bytes are done with vectors.
/// </summary>
public static unsafe class BitTranspose
{
    // Elements at once: a vector of their bytes. A wide one fills the planes with half as many stores, which are what this waits for.
    private const int Lot = 32;
    private const int WideLot = 64;

    // Elements at once where bits are multiplied: a line of each plane.
    private const int MatrixLot = 512;

    /// <summary>Elements to bit planes.</summary>
    /// <param name="source">The first byte of the elements.</param>
    /// <param name="target">Room for as many bytes; must not overlap.</param>
    /// <param name="count">Elements; a multiple of 8.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(byte* source, byte* target, int count, int elementSize)
    {
        var (done, plane) = (0, count / 8);
        if (Gfni.V512.IsSupported && Avx512Vbmi.IsSupported && elementSize is 1 or 2 or 4)
        {
            for (; count - done >= MatrixLot; done += MatrixLot)
                ForwardMatrices(source + ((long)done * elementSize), target + (done / 8), plane, elementSize);
        }
        if (Vector512.IsHardwareAccelerated && elementSize is 1 or 2 or 4)
        {
            for (; count - done >= WideLot; done += WideLot)
                ForwardWide(source + ((long)done * elementSize), target + (done / 8), plane, elementSize);
        }
        if (Vector256.IsHardwareAccelerated && elementSize is 1 or 2 or 4)
        {
            for (; count - done >= Lot; done += Lot)
                ForwardLot(source + ((long)done * elementSize), target + (done / 8), plane, elementSize);
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

    // 512 elements, byte by byte. A matrix of eight by eight bits, a byte of eight elements, is transposed by multiplying it with single bits
    // (GF2P8AFFINEQB); the bytes of its planes, and then the words of eight vectors, are sorted so that each plane gets a whole line.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardMatrices(byte* elements, byte* place, int plane, int elementSize)
    {
        var sort = Vector512.Create(
            0, 8, 16, 24, 32, 40, 48, 56, 1, 9, 17, 25, 33, 41, 49, 57, 2, 10, 18, 26, 34, 42, 50, 58, 3, 11, 19, 27, 35, 43, 51, 59,
            4, 12, 20, 28, 36, 44, 52, 60, 5, 13, 21, 29, 37, 45, 53, 61, 6, 14, 22, 30, 38, 46, 54, 62, 7, 15, 23, 31, 39, 47, 55, (byte)63);
        var bits = Vector512.Create(0x8040_2010_0804_0201).AsByte();
        for (var at = 0; at < elementSize; at++, place += 8L * plane)
        {
            var (a, b) = Pairs(Planes(0), Planes(1));
            var (c, d) = Pairs(Planes(2), Planes(3));
            var (e, f) = Pairs(Planes(4), Planes(5));
            var (g, h) = Pairs(Planes(6), Planes(7));
            StoreLines(a, c, e, g, place, plane);
            StoreLines(b, d, f, h, place + plane, plane);

            Vector512<ulong> Planes(int lot) => Avx512Vbmi.PermuteVar64x8(
                Gfni.V512.GaloisFieldAffineTransform(bits, BytesOf64(elements + ((long)lot * 64 * elementSize), at, elementSize), 0), sort).AsUInt64();
        }

        static (Vector512<ulong> Even, Vector512<ulong> Odd) Pairs(Vector512<ulong> x, Vector512<ulong> y) => (Avx512F.UnpackLow(x, y), Avx512F.UnpackHigh(x, y));
    }

    // One byte of each of 64 elements. The matrix product has row 0 in the last byte of eight: they are picked backwards.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> BytesOf64(byte* elements, int at, int elementSize)
    {
        var ofBytes = Vector512.Create(
            7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8, 23, 22, 21, 20, 19, 18, 17, 16, 31, 30, 29, 28, 27, 26, 25, 24,
            39, 38, 37, 36, 35, 34, 33, 32, 47, 46, 45, 44, 43, 42, 41, 40, 55, 54, 53, 52, 51, 50, 49, 48, 63, 62, 61, 60, 59, 58, 57, (byte)56);
        if (elementSize == 1)
            return Avx512Vbmi.PermuteVar64x8(Vector512.Load(elements), ofBytes);
        // Of a byte of 64 words: twice the place, and one more for the upper byte.
        var ofWords = ofBytes + ofBytes + Vector512.Create((byte)(at & 1));
        if (elementSize == 2)
            return Avx512Vbmi.PermuteVar64x8x2(Vector512.Load(elements), ofWords, Vector512.Load(elements + 64));
        var pick = Vector512.Create(
            0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, (ushort)62) + Vector512.Create((ushort)(at >> 1));
        return Avx512Vbmi.PermuteVar64x8x2(Words(elements, pick), ofWords, Words(elements + 128, pick));

        // One half of each of 32 double words.
        static Vector512<byte> Words(byte* from, Vector512<ushort> pick) =>
            Avx512BW.PermuteVar32x16x2(Vector512.Load((ushort*)from), pick, Vector512.Load((ushort*)from + 32)).AsByte();
    }

    // Of four vectors with a pair of words for every other plane: a line for each of these planes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreLines(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c, Vector512<ulong> d, byte* place, int plane)
    {
        var (low0, high0) = (Avx512F.Shuffle4x128(a, b, 0x88), Avx512F.Shuffle4x128(a, b, 0xDD));
        var (low1, high1) = (Avx512F.Shuffle4x128(c, d, 0x88), Avx512F.Shuffle4x128(c, d, 0xDD));
        Avx512F.Shuffle4x128(low0, low1, 0x88).Store((ulong*)place);
        Avx512F.Shuffle4x128(high0, high1, 0x88).Store((ulong*)(place + (2L * plane)));
        Avx512F.Shuffle4x128(low0, low1, 0xDD).Store((ulong*)(place + (4L * plane)));
        Avx512F.Shuffle4x128(high0, high1, 0xDD).Store((ulong*)(place + (6L * plane)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ForwardWide(byte* elements, byte* place, int plane, int elementSize)
    {
        if (elementSize == 1)
        {
            StorePlane(Vector512.Load(elements), place, plane);
            return;
        }
        var mask = Vector512.Create((ushort)0xFF);
        if (elementSize == 2)
        {
            var (a, b) = (Vector512.Load((ushort*)elements), Vector512.Load((ushort*)elements + 32));
            StorePlane(Vector512.Narrow(a & mask, b & mask), place, plane);
            StorePlane(Vector512.Narrow(a >>> 8, b >>> 8), place + (8L * plane), plane);
            return;
        }
        var words = (uint*)elements;
        var low = Vector512.Create(0xFFFFu);
        var (w0, w1, w2, w3) = (Vector512.Load(words), Vector512.Load(words + 16), Vector512.Load(words + 32), Vector512.Load(words + 48));
        var (low01, low23) = (Vector512.Narrow(w0 & low, w1 & low), Vector512.Narrow(w2 & low, w3 & low));
        var (high01, high23) = (Vector512.Narrow(w0 >>> 16, w1 >>> 16), Vector512.Narrow(w2 >>> 16, w3 >>> 16));
        StorePlane(Vector512.Narrow(low01 & mask, low23 & mask), place, plane);
        StorePlane(Vector512.Narrow(low01 >>> 8, low23 >>> 8), place + (8L * plane), plane);
        StorePlane(Vector512.Narrow(high01 & mask, high23 & mask), place + (16L * plane), plane);
        StorePlane(Vector512.Narrow(high01 >>> 8, high23 >>> 8), place + (24L * plane), plane);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ForwardLot(byte* elements, byte* place, int plane, int elementSize)
    {
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

    // As above, of 64 elements.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePlane(Vector512<byte> bytes, byte* place, int plane)
    {
        for (var bit = 7; bit >= 0; bit--)
        {
            Unsafe.WriteUnaligned(place + ((long)bit * plane), bytes.ExtractMostSignificantBits());
            bytes += bytes;
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
