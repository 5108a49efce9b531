namespace Hutch.Reduction.Processing;

/// <summary>Where a chunk is on its way.</summary>
internal enum ChunkState
{
    /// <summary>Waits for a worker.</summary>
    Waiting,

    /// <summary>A worker has it.</summary>
    InHand,

    /// <summary>Its output waits for the chunks before it.</summary>
    Reduced,

    /// <summary>The script failed in it.</summary>
    Failed,

    /// <summary>Its output is accumulated; its data are kept as long as there is room, for a changed script.</summary>
    Accumulated,
}
