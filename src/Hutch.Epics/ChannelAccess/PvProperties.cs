namespace Hutch.Epics.ChannelAccess;

/// <summary>The properties of a PV's values.</summary>
public sealed record PvProperties
{
    /// <summary>The unit, at most 7 bytes.</summary>
    public string Units { get; init; } = "";

    /// <summary>Digits after the point.</summary>
    public int Precision { get; init; } = 3;

    /// <summary>The names of the states of an enumeration: at most 16, each of at most 25 bytes.</summary>
    public IReadOnlyList<string> States { get; init; } = [];

    /// <summary>The range of a display.</summary>
    public PvRange Display { get; init; } = PvRange.Zero;

    /// <summary>Outside: alarm (HIHI, LOLO) of severity MAJOR. NaN: no limit.</summary>
    public PvRange Alarm { get; init; } = PvRange.None;

    /// <summary>Outside: alarm (HIGH, LOW) of severity MINOR. NaN: no limit.</summary>
    public PvRange Warning { get; init; } = PvRange.None;

    /// <summary>The range of values that a client may put. NaN: no limit.</summary>
    public PvRange Control { get; init; } = PvRange.None;
}
