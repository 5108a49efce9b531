namespace Hutch.Detectors.Demonstration;

/// <summary>The result of a demonstration; the field names of <c>--json</c>.</summary>
public sealed record DemoResult
{
    /// <summary>FINISHED or FAILED.</summary>
    public required string State { get; init; }

    /// <summary>Why it failed, or <c>Completed.</c></summary>
    public required string Message { get; init; }

    /// <summary>The detector's name.</summary>
    public required string DetectorName { get; init; }

    /// <summary>The detector's kind.</summary>
    public required string DetectorType { get; init; }

    /// <summary>Modules that sent.</summary>
    public required int Modules { get; init; }

    /// <summary>Rows of the image.</summary>
    public required int ImageHeight { get; init; }

    /// <summary>Columns of the image.</summary>
    public required int ImageWidth { get; init; }

    /// <summary>Images asked for.</summary>
    public required long ImagesRequested { get; init; }

    /// <summary>Images in the file.</summary>
    public required long ImagesWritten { get; init; }

    /// <summary>Images in the file that miss packets.</summary>
    public required long ImagesWithMissingPackets { get; init; }

    /// <summary>Images given up because a module's frame did not arrive, or arrived too late.</summary>
    public required long ImagesLost { get; init; }

    /// <summary>Packets of all images, dropped ones included.</summary>
    public required long Packets { get; init; }

    /// <summary>Packets that the simulator dropped on request.</summary>
    public required long PacketsDropped { get; init; }

    /// <summary>Packets that did not arrive, at whatever stage they were lost.</summary>
    public required long PacketsLost { get; init; }

    /// <summary>Packets that the kernel dropped because a buffer was full.</summary>
    public required long KernelDrops { get; init; }

    /// <summary>From the first packet to the last image, seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Images a second.</summary>
    public required double Rate { get; init; }

    /// <summary>Pixels written, 10^9 bytes a second.</summary>
    public required double GigabytesPerSecond { get; init; }

    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>Whether every pixel in the file is as the pattern says.</summary>
    public required bool Verified { get; init; }
}
