namespace Hutch.Detectors.Live;

/// <summary>Settings of live streams that are not the detector's.</summary>
public sealed record LiveStreamOptions
{
    /// <summary>Slots of the image ring; must be what the assembler has.</summary>
    public required int ImageSlots { get; init; }

    /// <summary>Images kept for a slow subscriber. Default 4: viewers want the newest.</summary>
    public int Queue { get; init; } = 4;

    /// <summary>Announcements that may wait; beyond that the oldest are skipped. Default 8.</summary>
    public int Backlog { get; init; } = 8;
}
