namespace Hutch.Detectors.Writing;

/// <summary>Settings of a writer that are not the detector's.</summary>
public sealed record ImageWriterOptions
{
    /// <summary>Slots of the image ring; must be what the assembler, or the compressor, has.</summary>
    public required int ImageSlots { get; init; }

    /// <summary>Which of several writers this is, from 0. Default 0.</summary>
    public int Writer { get; init; }

    /// <summary>How many writers share an acquisition; each of several makes a file of its own. Default 1.</summary>
    public int Writers { get; init; } = 1;

    /// <summary>Whether the compressed images are written. Default false.</summary>
    public bool Compressed { get; init; }
}
