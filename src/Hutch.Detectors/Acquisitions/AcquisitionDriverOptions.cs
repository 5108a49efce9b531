namespace Hutch.Detectors.Acquisitions;

/// <summary>Settings of an acquisition driver that are not the detector's.</summary>
public sealed record AcquisitionDriverOptions
{
    /// <summary>Slots of the image ring; must be what the assembler, or the compressor, has.</summary>
    public required int ImageSlots { get; init; }

    /// <summary>Whether the compressed images are written. Default false.</summary>
    public bool Compressed { get; init; }

    /// <summary>How many writers share an acquisition. Default 1; the configuration's <c>number_of_writers</c> in programs.</summary>
    public int Writers { get; init; } = 1;

    /// <summary>How long a writer may take to make its file. Default 5 s, as the deployed driver has it.</summary>
    public TimeSpan CreateTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a writer may give no sign of life while it is to write or close. Default 20 s. One of Hutch's gives a sign twice
    /// a second, whatever its disk does; one of another maker only answers, and gets six times as long.
    /// </summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>An acquisition to start with; the driver ends after it, and fails if it fails. Default: none, the driver waits for requests.</summary>
    public AcquisitionInfo? Only { get; init; }

    /// <summary>An acquisition that an earlier driver left when it died; this one ends it first. Default: none.</summary>
    public RunningAcquisition? Interrupted { get; init; }
}
