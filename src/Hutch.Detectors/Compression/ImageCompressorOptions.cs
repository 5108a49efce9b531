using Hutch.Native.Processes;

namespace Hutch.Detectors.Compression;

/// <summary>Settings of the compressor that are not the detector's.</summary>
public sealed record ImageCompressorOptions
{
    /// <summary>Slots of the image ring, which must be what the assembler has, and of the compressed ring.</summary>
    public required int ImageSlots { get; init; }

    /// <summary>Threads that compress, each an image at a time. Default: as many as there are processors.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Where the i-th of them runs. Default: chosen by the system.</summary>
    public Func<int, ThreadPlacement?> WorkerPlacement { get; init; } = _ => null;
}
