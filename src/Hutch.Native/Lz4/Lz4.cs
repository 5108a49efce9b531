using System.Runtime.InteropServices;

namespace Hutch.Native.Lz4;

/// <summary>Blocks of LZ4 (liblz4, the block format without a frame around it).</summary>
public static unsafe partial class Lz4
{
    /// <summary>Compresses a block at the library's default speed.</summary>
    /// <param name="source">The first byte of the block.</param>
    /// <param name="count">Bytes of the block, at most 2,113,929,216 (LZ4_MAX_INPUT_SIZE).</param>
    /// <param name="target">Where the result goes.</param>
    /// <param name="capacity">Bytes of room there; nothing is written beyond.</param>
    /// <returns>Bytes of the result, or 0 if it does not fit.</returns>
    /// <exception cref="MissingLibraryException">liblz4 is not installed.</exception>
    public static int Compress(byte* source, int count, byte* target, int capacity) => LZ4_compress_default(source, target, count, capacity);

    /// <summary>Decompresses a block that need not be well-formed.</summary>
    /// <param name="source">The first byte of the compressed block.</param>
    /// <param name="count">Bytes of it.</param>
    /// <param name="target">Where the result goes.</param>
    /// <param name="capacity">Bytes of room there; nothing is written beyond.</param>
    /// <returns>Bytes of the result, or a negative number if the block is malformed or the result does not fit.</returns>
    /// <exception cref="MissingLibraryException">liblz4 is not installed.</exception>
    public static int Decompress(byte* source, int count, byte* target, int capacity) => LZ4_decompress_safe(source, target, count, capacity);

    [LibraryImport(NativeLibraries.Lz4)]
    private static partial int LZ4_compress_default(byte* source, byte* target, int count, int capacity);

    [LibraryImport(NativeLibraries.Lz4)]
    private static partial int LZ4_decompress_safe(byte* source, byte* target, int count, int capacity);
}
