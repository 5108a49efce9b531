namespace Hutch.LiveResults;

/// <summary>How a live reduction is doing; rewritten at every change and at least once a second.</summary>
public sealed record ReductionStatus
{
    /// <summary>The instrument's short name.</summary>
    public required string Instrument { get; init; }

    /// <summary>When this was written. A status older than some seconds means that the program is gone.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The program's process.</summary>
    public required int Pid { get; init; }

    /// <summary><c>waiting for data</c>, <c>reducing</c>, <c>waiting for a script</c>, <c>script broken</c> or <c>restarting</c>.</summary>
    public required string State { get; init; }

    /// <summary>The source of the data.</summary>
    public required string Source { get; init; }

    /// <summary>The current run, or null.</summary>
    public string? Run { get; init; }

    /// <summary>Chunks that have arrived since the program started.</summary>
    public long Received { get; init; }

    /// <summary>Chunks that were reduced and accumulated.</summary>
    public long Reduced { get; init; }

    /// <summary>Chunks in which the script failed.</summary>
    public long Failed { get; init; }

    /// <summary>Chunks that were missed: overwritten in the ring before they could be read, or skipped by a stream.</summary>
    public long Lost { get; init; }

    /// <summary>Chunks that wait.</summary>
    public long Waiting { get; init; }

    /// <summary>Seconds by which the reduction is behind: the age of the oldest chunk that is not reduced yet.</summary>
    public double LagS { get; init; }

    /// <summary>The share of the last seconds in which the workers were idle: 0 to 100.</summary>
    public double IdlePercent { get; init; }

    /// <summary>Restarts of the processing since the start, by a changed script, the memory limit, ...</summary>
    public long Restarts { get; init; }

    /// <summary>Why the processing was restarted last; null if it never was.</summary>
    public string? LastRestart { get; init; }

    /// <summary>Bytes of memory in use by the program and its workers.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>The memory limit in bytes; 0: none.</summary>
    public long MemoryLimitBytes { get; init; }

    /// <summary>Least seconds between two results.</summary>
    public double UpdateEveryS { get; init; }

    /// <summary>The scripts.</summary>
    public IReadOnlyList<ScriptReport> Scripts { get; init; } = [];

    /// <summary>The last failure of a script that is not mended yet; null if all is well.</summary>
    public ScriptFailure? Failure { get; init; }

    /// <summary>The version of the last result; 0 before the first.</summary>
    public long ResultVersion { get; init; }

    /// <summary>Whether the last result is not what the present scripts make of the present data.</summary>
    public bool Stale { get; init; }

    /// <summary>Why it is stale.</summary>
    public string? StaleReason { get; init; }
}
