namespace Hutch.Installation;

/// <summary>How a unit does.</summary>
public sealed record UnitStatus
{
    /// <summary>The name of the unit.</summary>
    public required string Name { get; init; }

    /// <summary>running, starting, stopping, waiting (for its next run), restarting, stopped or failed.</summary>
    public required string State { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The process, if there is one.</summary>
    public int? Pid { get; init; }

    /// <summary>The memory of its processes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>How often it was started again by itself.</summary>
    public int? Restarts { get; init; }

    /// <summary>What it says about itself.</summary>
    public string? StatusText { get; init; }

    /// <summary>Why it ended, in the words of the service manager; null if it did not, or ended well.</summary>
    public string? Result { get; init; }

    /// <summary>Whether it starts at boot.</summary>
    public bool Enabled { get; init; }

    /// <summary>When a periodic one runs next.</summary>
    public DateTimeOffset? NextRun { get; init; }

    /// <summary>The last lines of its log.</summary>
    public IReadOnlyList<string> LastLines { get; init; } = [];

    /// <summary>The last error, from its error log.</summary>
    public string? LastError { get; init; }

    /// <summary>The file of its error log, if there is one.</summary>
    public string? ErrorLog { get; init; }
}
