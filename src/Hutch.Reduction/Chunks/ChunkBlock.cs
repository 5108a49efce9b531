namespace Hutch.Reduction.Chunks;

/// <summary>A part of the arena.</summary>
/// <param name="Offset">Its first byte, from the arena's beginning.</param>
/// <param name="Bytes">Its length.</param>
public readonly record struct ChunkBlock(long Offset, long Bytes);
