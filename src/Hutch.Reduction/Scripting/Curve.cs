namespace Hutch.Reduction.Scripting;

/// <summary>Values over x, as a script puts them out.</summary>
/// <param name="X">x; null: 0, 1, 2, ...</param>
/// <param name="Y">The values.</param>
public sealed record Curve(Array? X, Array Y)
{
    /// <summary>What x is.</summary>
    public string? XLabel { get; init; }

    /// <summary>What y is.</summary>
    public string? YLabel { get; init; }

    /// <summary>What it is.</summary>
    public string? Title { get; init; }
}
