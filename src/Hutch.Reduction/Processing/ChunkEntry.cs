using Hutch.Reduction.Accumulation;
using Hutch.Reduction.Chunks;

namespace Hutch.Reduction.Processing;

/// <summary>A chunk on its way.</summary>
internal sealed class ChunkEntry(Chunk chunk)
{
    public Chunk Chunk { get; } = chunk;

    public ChunkState State { get; set; } = chunk.IsEndOfRun ? ChunkState.Reduced : ChunkState.Waiting;

    /// <summary>Its output, if it had to wait for others.</summary>
    public IOutputReader? Output { get; set; }
}
