using System.Text.Json.Serialization;

namespace Hutch.Reduction.Workers;

/// <summary>An array in memory that daemon and worker share.</summary>
internal sealed record WorkerArray
{
    /// <summary>Its name; empty for the only one.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init; } = "";

    /// <summary>See <see cref="LiveResults.NumpyType"/>.</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    /// <summary>The lengths of its dimensions.</summary>
    [JsonPropertyName("shape")]
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>Its first byte.</summary>
    [JsonPropertyName("offset")]
    public long Offset { get; init; }

    /// <summary>Whether an output is (a part of) the input, and lies where that lies: nothing needs to be copied for it.</summary>
    [JsonPropertyName("is_input")]
    public bool IsInput { get; init; }

    /// <summary>Of a curve, x.</summary>
    [JsonPropertyName("x")]
    public WorkerArray? X { get; init; }

    /// <summary>What the script said about it.</summary>
    [JsonPropertyName("labels")]
    public Dictionary<string, string>? Labels { get; init; }

    /// <summary>How many bytes it has.</summary>
    [JsonIgnore]
    public long Bytes => LiveResults.NumpyType.Size(Type) * Shape.Aggregate(1L, (product, n) => checked(product * n));
}
