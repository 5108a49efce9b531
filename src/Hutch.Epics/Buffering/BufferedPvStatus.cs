namespace Hutch.Epics.Buffering;

/// <summary>What is known of a PV of a buffer.</summary>
public sealed record BufferedPvStatus
{
    /// <summary>The PV.</summary>
    public required string Name { get; init; }

    /// <summary>How it is: <c>connected</c>, <c>silent</c>, <c>disconnected</c>, or <c>never_connected</c>.</summary>
    public required string State { get; init; }

    /// <summary>Since when it is so, in seconds since 1970; a silent one: since its last value.</summary>
    public required double Since { get; init; }

    /// <summary>Seconds since its last value; null if it never had one.</summary>
    public double? Age { get; init; }

    /// <summary>The server, host and port; null before the first connection.</summary>
    public string? Host { get; init; }

    /// <summary>Its last value as text, of an enumeration the name of the state; null if it never had one.</summary>
    public string? Value { get; init; }

    /// <summary>The unit, as it was when the PV was connected last; null if it has none.</summary>
    public string? Unit { get; init; }

    /// <summary>The alarm status of its last value.</summary>
    public string? Status { get; init; }

    /// <summary>Values received.</summary>
    public long Events { get; init; }

    /// <summary>Values missing from the store, because it was unavailable for longer than the queue could hold.</summary>
    public long Lost { get; init; }

    /// <summary>Values whose time stamp was not above that of the one before, or more than a second old on arrival.</summary>
    public long Late { get; init; }

    /// <summary>How often it was disconnected.</summary>
    public long Disconnections { get; init; }
}
