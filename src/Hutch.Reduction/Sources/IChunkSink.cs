using Hutch.Reduction.Chunks;

namespace Hutch.Reduction.Sources;

/// <summary>Where a source puts its chunks.</summary>
public interface IChunkSink
{
    /// <summary>Takes room for a chunk; waits until there is some.</summary>
    /// <exception cref="UserErrorException">There can never be so much.</exception>
    /// <exception cref="OperationCanceledException">The source is to stop.</exception>
    ChunkBlock Reserve(long bytes, CancellationToken stop);

    /// <summary>Takes room for a chunk if there is some.</summary>
    bool TryReserve(long bytes, out ChunkBlock block);

    /// <summary>The bytes of a block.</summary>
    Span<byte> Span(ChunkBlock block);

    /// <summary>Hands a chunk over.</summary>
    void Submit(Chunk chunk);

    /// <summary>Gives room back that was not needed.</summary>
    void Discard(ChunkBlock block);

    /// <summary>Counts chunks that were missed.</summary>
    /// <param name="count">How many.</param>
    /// <param name="why">The likely cause, logged once.</param>
    void CountLost(long count, string why);
}
