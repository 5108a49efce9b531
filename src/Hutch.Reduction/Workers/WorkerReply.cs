using System.Text.Json.Serialization;

namespace Hutch.Reduction.Workers;

/// <summary>What a worker answers: <c>loaded</c>, <c>done</c> or <c>error</c>.</summary>
internal sealed record WorkerReply
{
    [JsonPropertyName("op")]
    public required string Op { get; init; }

    [JsonPropertyName("id")]
    public long? Id { get; init; }

    /// <summary>Seconds that the script itself took.</summary>
    [JsonPropertyName("seconds")]
    public double Seconds { get; init; }

    /// <summary>The descriptor, in the worker, of the memory file with the outputs.</summary>
    [JsonPropertyName("descriptor")]
    public int Descriptor { get; init; }

    [JsonPropertyName("outputs")]
    public IReadOnlyList<WorkerArray> Outputs { get; init; } = [];

    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("message")]
    public string? Message { get; init; }

    [JsonPropertyName("line")]
    public int? Line { get; init; }

    [JsonPropertyName("traceback")]
    public string? Traceback { get; init; }

    /// <summary>Whether the worker ends after this.</summary>
    [JsonPropertyName("fatal")]
    public bool Fatal { get; init; }
}
