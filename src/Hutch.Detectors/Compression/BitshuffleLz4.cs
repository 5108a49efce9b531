using System.Buffers.Binary;
using Hutch.Native.Lz4;

namespace Hutch.Detectors.Compression;

/// <summary>
/// Chunks as the HDF5 filter 32008 (bitshuffle with LZ4) makes them: u64 bytes of the chunk when it is uncompressed, u32 bytes of a block, then for
/// each block u32 bytes of its LZ4 block and that block (all numbers big-endian). A block is bit-transposed before it is compressed. The
/// last block may be shorter, and has a multiple of 8 elements; the up to 7 elements after it stand at the end as they are.
/// </summary>
public static unsafe class BitshuffleLz4
{
    /// <summary>Bytes before the first block.</summary>
    public const int HeaderBytes = 12;

    private const int LengthBytes = 4;
    private const int TargetBlockBytes = 8192;   // fits the first-level cache together with its transpose
    private const int LeastBlockElements = 128;

    /// <summary>Elements of a block as the bitshuffle library chooses them; a multiple of 8.</summary>
    public static int BlockElements(int elementSize) => Math.Max(TargetBlockBytes / elementSize / 8 * 8, LeastBlockElements);

    /// <summary>Bytes of scratch memory that compressing and decompressing with blocks of <see cref="BlockElements"/> need.</summary>
    public static int ScratchBytes(int elementSize) => BlockElements(elementSize) * elementSize;

    /// <summary>Compresses elements.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="elementSize">Bytes of one.</param>
    /// <param name="target">Where the chunk goes; nothing is written beyond.</param>
    /// <param name="scratch">At least <see cref="ScratchBytes"/>.</param>
    /// <returns>Bytes of the chunk, or 0 if it does not fit.</returns>
    public static int Compress(ReadOnlySpan<byte> source, int elementSize, Span<byte> target, Span<byte> scratch)
    {
        Check(source.Length, elementSize, scratch);
        if (target.Length < HeaderBytes)
            return 0;
        var blockBytes = ScratchBytes(elementSize);
        BinaryPrimitives.WriteUInt64BigEndian(target, (ulong)source.Length);
        BinaryPrimitives.WriteUInt32BigEndian(target[8..], (uint)blockBytes);
        var written = HeaderBytes;
        fixed (byte* from = source, to = target, transposed = scratch)
        {
            var transposable = Transposable(source.Length, elementSize);
            for (var at = 0; at < transposable; at += blockBytes)
            {
                var bytes = Math.Min(blockBytes, transposable - at);
                BitTranspose.Forward(from + at, transposed, bytes / elementSize, elementSize);
                var room = target.Length - written - LengthBytes;
                var length = room > 0 ? Lz4.Compress(transposed, bytes, to + written + LengthBytes, room) : 0;
                if (length == 0)
                    return 0;
                BinaryPrimitives.WriteUInt32BigEndian(target[written..], (uint)length);
                written += LengthBytes + length;
            }
            return source[transposable..].TryCopyTo(target[written..]) ? written + source.Length - transposable : 0;
        }
    }

    /// <summary>Decompresses a chunk that need not be well-formed.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="target">Room for exactly the uncompressed bytes, see <see cref="UncompressedBytes"/>.</param>
    /// <exception cref="InvalidDataException">It is not such a chunk, or has another length.</exception>
    public static void Decompress(ReadOnlySpan<byte> chunk, int elementSize, Span<byte> target)
    {
        if (UncompressedBytes(chunk) != (ulong)target.Length)
            throw new InvalidDataException($"the chunk holds {UncompressedBytes(chunk)} bytes, but must hold {target.Length}");
        var blockBytes = BinaryPrimitives.ReadUInt32BigEndian(chunk[8..]);
        if (elementSize < 1 || blockBytes == 0 || blockBytes % (8 * (uint)elementSize) != 0 || blockBytes > int.MaxValue / 2 || target.Length % elementSize != 0)
            throw new InvalidDataException($"the chunk has {target.Length} bytes in blocks of {blockBytes}, which does not match elements of {elementSize} bytes");
        var transposable = Transposable(target.Length, elementSize);
        var scratch = new byte[Math.Min((int)blockBytes, transposable)];
        var read = HeaderBytes;
        fixed (byte* from = chunk, to = target, transposed = scratch)
        {
            for (var at = 0; at < transposable; at += (int)blockBytes)
            {
                var bytes = Math.Min((int)blockBytes, transposable - at);
                var length = chunk.Length - read >= LengthBytes ? BinaryPrimitives.ReadUInt32BigEndian(chunk[read..]) : 0;
                if (length == 0 || length > chunk.Length - read - LengthBytes)
                    throw new InvalidDataException($"the chunk ends in its block at byte {at}");
                if (Lz4.Decompress(from + read + LengthBytes, (int)length, transposed, bytes) != bytes)
                    throw new InvalidDataException($"the block at byte {at} of the chunk is not an LZ4 block of {bytes} bytes");
                BitTranspose.Backward(transposed, to + at, bytes / elementSize, elementSize);
                read += LengthBytes + (int)length;
            }
        }
        if (chunk.Length - read != target.Length - transposable)
            throw new InvalidDataException($"the chunk has {chunk.Length - read} bytes after its last block, but must have {target.Length - transposable}");
        chunk[read..].CopyTo(target[transposable..]);
    }

    /// <summary>How many bytes a chunk has when it is uncompressed, as it says itself.</summary>
    /// <exception cref="InvalidDataException">It is shorter than a header.</exception>
    public static ulong UncompressedBytes(ReadOnlySpan<byte> chunk) => chunk.Length >= HeaderBytes
        ? BinaryPrimitives.ReadUInt64BigEndian(chunk)
        : throw new InvalidDataException($"the chunk has {chunk.Length} bytes, but its header alone has {HeaderBytes}");

    // What stands in blocks: whole lots of 8 elements.
    private static int Transposable(int bytes, int elementSize) => bytes / (8 * elementSize) * 8 * elementSize;

    private static void Check(int bytes, int elementSize, Span<byte> scratch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(elementSize);
        if (bytes % elementSize != 0)
            throw new ArgumentException($"{bytes} bytes are not a whole number of elements of {elementSize} bytes");
        if (scratch.Length < ScratchBytes(elementSize))
            throw new ArgumentException($"the scratch memory has {scratch.Length} bytes, but must have {ScratchBytes(elementSize)}");
    }
}
