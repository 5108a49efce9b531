using Hutch.Native.Posix;

namespace Hutch.Reduction.Chunks;

/// <summary>
/// The shared memory in which chunks lie, from the moment they arrive until their output is accumulated. Workers map it read only,
/// so a chunk is copied once, out of the ring or the socket, and then read where it is. Memory that was never used is not taken.
/// </summary>
public sealed unsafe class ChunkArena : IDisposable
{
    // Blocks begin on a page, so that vector instructions and the page table find them aligned.
    private const long Granule = 4096;

    private readonly AnonymousMemory _memory;
    private readonly SortedList<long, long> _used = [];   // offset -> end
    private readonly Lock _gate = new();

    /// <summary>Makes an arena.</summary>
    /// <param name="bytes">Its size.</param>
    public ChunkArena(long bytes) => _memory = new AnonymousMemory("hutch-reduction", bytes);

    /// <summary>Where workers open it.</summary>
    public string Path => _memory.Path;

    /// <summary>Its size.</summary>
    public long Length => _memory.Length;

    /// <summary>Takes a block at the lowest place where it fits.</summary>
    /// <returns>Null if there is none.</returns>
    public ChunkBlock? TryTake(long bytes)
    {
        var rounded = (Math.Max(bytes, 1) + Granule - 1) / Granule * Granule;
        lock (_gate)
        {
            var free = 0L;
            foreach (var (offset, end) in _used)
            {
                if (offset - free >= rounded)
                    break;
                free = end;
            }
            if (free + rounded > Length)
                return null;
            _used.Add(free, free + rounded);
            return new ChunkBlock(free, bytes);
        }
    }

    /// <summary>Gives a block back.</summary>
    public void Release(ChunkBlock block)
    {
        lock (_gate)
            _used.Remove(block.Offset);
    }

    /// <summary>The bytes of a block, at most 2 GiB.</summary>
    public Span<byte> Span(ChunkBlock block) => new(_memory.Pointer + block.Offset, checked((int)block.Bytes));

    /// <summary>Copies bytes out of it.</summary>
    /// <returns>False if they are not all in it.</returns>
    public bool TryRead(long offset, Span<byte> target) => _memory.TryRead(offset, target);

    /// <summary>Unmaps.</summary>
    public void Dispose() => _memory.Dispose();
}
