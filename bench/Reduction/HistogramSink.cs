using System.Runtime.InteropServices;
using Hutch.Reduction.Chunks;
using Hutch.Reduction.Sources;

namespace Hutch.Bench.Reduction;

/// <summary>Takes histograms, and counts what is in them if it is to.</summary>
internal sealed class HistogramSink(int bins) : IChunkSink
{
    private readonly byte[] _memory = new byte[bins * sizeof(uint)];

    public bool Counts { get; set; } = true;

    public long Counted { get; private set; }

    public ChunkBlock Reserve(long bytes, CancellationToken stop) => new(0, bytes);

    public bool TryReserve(long bytes, out ChunkBlock block)
    {
        block = new(0, bytes);
        return true;
    }

    public Span<byte> Span(ChunkBlock block) => _memory.AsSpan(0, (int)block.Bytes);

    public void Submit(Chunk chunk)
    {
        if (!Counts)
            return;
        foreach (var count in MemoryMarshal.Cast<byte, uint>(_memory))
            Counted += count;
    }

    public void Discard(ChunkBlock block)
    {
    }

    public void CountLost(long count, string why) => throw new InvalidOperationException(why);
}
