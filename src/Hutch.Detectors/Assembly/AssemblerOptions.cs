using Hutch.Detectors.Configuration;

namespace Hutch.Detectors.Assembly;

/// <summary>Settings of the assembler that are not the detector's.</summary>
public sealed record AssemblerOptions
{
    /// <summary>Slots of the frame rings; must be what the receivers have. Default 1000.</summary>
    public int FrameSlots { get; init; } = 1000;

    /// <summary>Slots of the image ring; 0 (the default) takes them from the configuration: <c>ram_buffer_gb</c>, but at least 1000.</summary>
    public int RequestedImageSlots { get; init; }

    /// <summary>The number of converting threads, each with a share of the modules. Default: as many as there are processors, at most one a module.</summary>
    public int Converters { get; init; } = Environment.ProcessorCount;

    /// <summary>After how long without a frame incomplete images are given up. Default 500 ms after the receivers' own time-out.</summary>
    public TimeSpan ImageTimeout { get; init; } = TimeSpan.FromMilliseconds(1000);

    /// <summary>The slots of the image ring that every program of the detector must agree on.</summary>
    public int ImageSlots(DaqConfiguration configuration) => RequestedImageSlots > 0
        ? RequestedImageSlots
        : (int)Math.Max(1000, ((long)configuration.RamBufferGb << 30) / configuration.ImageBytes);
}
