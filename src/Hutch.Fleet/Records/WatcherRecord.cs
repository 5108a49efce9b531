namespace Hutch.Fleet.Records;

/// <summary>A host that is watched.</summary>
public sealed record WatcherRecord : IRecord
{
    /// <summary>The host's address.</summary>
    [RecordKey]
    public required string Address { get; init; }

    /// <summary>When it was last checked, UTC, as <see cref="RecordTime"/> writes it; empty for never.</summary>
    public string LastCheck { get; init; } = "";

    string IRecord.Key => Address;
}
