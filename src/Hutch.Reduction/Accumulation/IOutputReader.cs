using Hutch.Reduction.Workers;

namespace Hutch.Reduction.Accumulation;

/// <summary>The outputs of one chunk.</summary>
internal interface IOutputReader
{
    /// <summary>What was put out.</summary>
    IReadOnlyList<WorkerArray> Arrays { get; }

    /// <summary>Reads a part of an array.</summary>
    void Read(WorkerArray array, long from, Span<byte> target);
}
