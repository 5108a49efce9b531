namespace Hutch.Detectors.Writing;

/// <summary>Settings of the writer that are not the detector's.</summary>
public sealed record ImageWriterOptions
{
    /// <summary>Slots of the image ring; must be what the assembler has.</summary>
    public required int ImageSlots { get; init; }

    /// <summary>Whether images come from the compressor, as <c>detector-compressed</c>. Default false.</summary>
    public bool Compressed { get; init; }

    /// <summary>Whether a file that exists may be replaced. Default false.</summary>
    public bool Overwrite { get; init; }
}
