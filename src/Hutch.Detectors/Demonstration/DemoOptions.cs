namespace Hutch.Detectors.Demonstration;

/// <summary>What a demonstration is to do.</summary>
public sealed record DemoOptions
{
    /// <summary>The file to write; one that exists is replaced.</summary>
    public required string OutputFile { get; init; }

    /// <summary>Images. Default 100.</summary>
    public int Images { get; init; } = 100;

    /// <summary>Images per second; 0 means as fast as possible. Default 20.</summary>
    public double Rate { get; init; } = 20;

    /// <summary>The probability that a packet is lost. Default 0.</summary>
    public double Loss { get; init; }

    /// <summary>What the detector sees, see <see cref="Simulation.PixelPatterns"/>. Default: test.</summary>
    public string Pattern { get; init; } = "test";

    /// <summary>The same seed loses the same packets. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Whether the images are compressed on their way to the file. Default false.</summary>
    public bool Compress { get; init; }

    /// <summary>Slots of the rings. Default 64: more than 3 s at 20 Hz.</summary>
    public int Slots { get; init; } = 64;
}
