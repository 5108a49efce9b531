using Hutch.Reduction.Chunks;
using Hutch.Reduction.Workers;

namespace Hutch.Reduction.Accumulation;

/// <summary>A chunk as its own output, where there is no step per chunk.</summary>
internal sealed class ChunkOutput(ChunkArena arena, Chunk chunk) : IOutputReader
{
    public IReadOnlyList<WorkerArray> Arrays { get; } = [new WorkerArray { Type = chunk.Type, Shape = chunk.Shape }];

    public void Read(WorkerArray array, long from, Span<byte> target) => arena.Span(chunk.Block).Slice((int)from, target.Length).CopyTo(target);
}
