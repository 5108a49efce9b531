using System.Text.Json.Serialization;

namespace Hutch.Reduction.Workers;

/// <summary>An order to a worker: <c>load</c> a script, or <c>run</c> it.</summary>
internal sealed record WorkerOrder
{
    [JsonPropertyName("op")]
    public required string Op { get; init; }

    [JsonPropertyName("kind")]
    public string? Kind { get; init; }

    [JsonPropertyName("path")]
    public string? Path { get; init; }

    [JsonPropertyName("source")]
    public string? Source { get; init; }

    /// <summary>What scripts are written for: <c>numpy</c> or <c>mantid</c>.</summary>
    [JsonPropertyName("engine")]
    public string? Engine { get; init; }

    [JsonPropertyName("instrument")]
    public string? Instrument { get; init; }

    /// <summary>Bytes of memory that the worker may take for itself; 0: as many as there are.</summary>
    [JsonPropertyName("memory_limit")]
    public long? MemoryLimit { get; init; }

    [JsonPropertyName("id")]
    public long? Id { get; init; }

    [JsonPropertyName("memory")]
    public string? Memory { get; init; }

    [JsonPropertyName("arrays")]
    public IReadOnlyList<WorkerArray>? Arrays { get; init; }

    [JsonPropertyName("attrs")]
    public IReadOnlyDictionary<string, object?>? Attributes { get; init; }
}
