namespace Hutch.LiveResults;

/// <summary>One thing that a script has put out.</summary>
public sealed record ResultItem
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The values: of a curve y, of an image the pixels.</summary>
    public required NumpyArray Values { get; init; }

    /// <summary>Of a curve x, as long as y; null: 0, 1, 2, ...</summary>
    public NumpyArray? X { get; init; }

    /// <summary>What the script said about it: <c>xlabel</c>, <c>ylabel</c>, <c>title</c>, <c>unit</c>, ...</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>How it is shown, which follows from the number of dimensions.</summary>
    public ResultKind Kind => (Values.Shape.Count, NumpyType.IsRecord(Values.Type)) switch
    {
        (_, true) => ResultKind.Array,
        (0, _) => ResultKind.Number,
        (1, _) => ResultKind.Curve,
        (2, _) => ResultKind.Image,
        _ => ResultKind.Array,
    };
}
