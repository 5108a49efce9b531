namespace Hutch.LiveResults;

/// <summary>What went wrong in a script.</summary>
public sealed record ScriptFailure
{
    /// <summary>The script.</summary>
    public required string Script { get; init; }

    /// <summary>MD5 of the script as it was then.</summary>
    public string? Md5 { get; init; }

    /// <summary>The line, if it is known; 1 is the first.</summary>
    public int? Line { get; init; }

    /// <summary>The current chunk: its number in the run; null when the script was being loaded.</summary>
    public long? Chunk { get; init; }

    /// <summary>The current run.</summary>
    public string? Run { get; init; }

    /// <summary>What happened, in one sentence.</summary>
    public required string Message { get; init; }

    /// <summary>The calls that led there, as the language prints them.</summary>
    public string Traceback { get; init; } = "";

    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }
}
