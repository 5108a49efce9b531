namespace Hutch.Fleet.Records;

/// <summary>The latest upgrade of the operating systems of a cluster.</summary>
public sealed record ClusterUpgrade : IRecord
{
    /// <summary>The cluster's name.</summary>
    [RecordKey]
    public required string Name { get; init; }

    /// <summary>in_process, finished or failed.</summary>
    public string Status { get; init; } = "";

    /// <summary>The hosts that are upgraded.</summary>
    public IReadOnlyList<string> Upgraded { get; init; } = [];

    /// <summary>The hosts that are being worked on.</summary>
    public IReadOnlyList<string> InProcess { get; init; } = [];

    /// <summary>When it began, UTC, as <see cref="RecordTime"/> writes it.</summary>
    public string StartedAt { get; init; } = "";

    /// <summary>When it ended; empty while it runs.</summary>
    public string FinishedAt { get; init; } = "";

    string IRecord.Key => Name;
}
