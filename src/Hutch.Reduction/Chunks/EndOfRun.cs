using Hutch.LiveResults;

namespace Hutch.Reduction.Chunks;

/// <summary>The mark behind the last chunk of a run.</summary>
internal static class EndOfRun
{
    public static Chunk Of(string run) => new() { Run = run, Type = NumpyType.UInt8, Shape = [], IsEndOfRun = true };
}
