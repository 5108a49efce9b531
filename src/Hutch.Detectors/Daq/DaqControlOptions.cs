using Hutch.Detectors.Acquisitions;

namespace Hutch.Detectors.Daq;

/// <summary>Settings of a <see cref="DaqControl"/> that no configuration has.</summary>
public sealed record DaqControlOptions
{
    /// <summary>Slots of the image ring, as the assembler has them; 0 takes them from the configuration. Default 0.</summary>
    public int ImageSlots { get; init; }

    /// <summary>Whether the compressed images are written. Default false.</summary>
    public bool Compressed { get; init; }

    /// <summary>The acquisition that the status starts with: the last one of the store. Default none.</summary>
    public Acquisition? LastAcquisition { get; init; }

    /// <summary>How long the start of an acquisition may take. Default 5 s, as deployed.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
