namespace Hutch.Epics.Recording;

/// <summary>How a <see cref="PvRecorder"/> works.</summary>
public sealed record PvRecorderOptions
{
    /// <summary>By which it signs its reports.</summary>
    public required string Name { get; init; }

    /// <summary>PVs added to every acquisition, besides those it names itself.</summary>
    public IReadOnlyList<string> Always { get; init; } = [];

    /// <summary>Whether image ids are pulse ids, so that the first and the last image of a file say which values belong to it. Default: the times of the acquisition do.</summary>
    public bool ImageIdsArePulses { get; init; }

    /// <summary>How long to wait after an acquisition for a pulse that comes after it, so that all values before are in the buffer. Default 10 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);
}
