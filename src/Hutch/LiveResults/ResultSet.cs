namespace Hutch.LiveResults;

/// <summary>The scripts' output for a run, or for the part of it so far.</summary>
public sealed record ResultSet
{
    /// <summary>The instrument's short name.</summary>
    public required string Instrument { get; init; }

    /// <summary>1, 2, 3, ...: a later result has a higher version, also after a restart of the program.</summary>
    public required long Version { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The run.</summary>
    public required string Run { get; init; }

    /// <summary>How many chunks are in it.</summary>
    public required long Chunks { get; init; }

    /// <summary>Whether the run had ended.</summary>
    public bool IsFinal { get; init; }

    /// <summary>MD5 of the scripts that made it, by their role (<c>proc</c>, <c>post_proc</c>).</summary>
    public IReadOnlyDictionary<string, string> Scripts { get; init; } = new Dictionary<string, string>();

    /// <summary>The things that were put out.</summary>
    public required IReadOnlyList<ResultItem> Items { get; init; }
}
