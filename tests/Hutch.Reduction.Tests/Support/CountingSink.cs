using Hutch.Reduction.Chunks;
using Hutch.Reduction.Sources;

namespace Hutch.Reduction.Tests.Support;

/// <summary>Takes chunks, and counts what is in them.</summary>
internal sealed class CountingSink : IChunkSink
{
    private readonly byte[] _memory = new byte[1 << 20];
    private readonly Dictionary<string, long> _events = [];
    private readonly MemoryStream _bytes = new();

    public long Lost { get; private set; }

    /// <summary>Whether there is no room.</summary>
    public bool IsFull { get; set; }

    /// <summary>Whether the data of all chunks are kept.</summary>
    public bool Keeps { get; init; }

    /// <summary>The data of all chunks, one behind the other.</summary>
    public byte[] Bytes => _bytes.ToArray();

    /// <summary>The attributes of the last chunk.</summary>
    public IReadOnlyDictionary<string, object?>? Attributes { get; private set; }

    public ChunkBlock Reserve(long bytes, CancellationToken stop) => new(0, bytes);

    public bool TryReserve(long bytes, out ChunkBlock block)
    {
        block = new(0, bytes);
        return !IsFull;
    }

    public Span<byte> Span(ChunkBlock block) => _memory.AsSpan(0, (int)block.Bytes);

    public void Submit(Chunk chunk)
    {
        _events[chunk.Run] = EventsOf(chunk.Run) + (chunk.IsEndOfRun ? 0 : chunk.Shape[0]);
        if (chunk.IsEndOfRun)
            return;
        Attributes = chunk.Attributes;
        if (Keeps)
            _bytes.Write(Span(chunk.Block));
    }

    public long EventsOf(string run) => _events.GetValueOrDefault(run);

    public void Discard(ChunkBlock block)
    {
    }

    public void CountLost(long count, string why) => Lost += Math.Sign(count);
}
