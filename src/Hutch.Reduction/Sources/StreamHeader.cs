using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hutch.Reduction.Sources;

/// <summary>The first part of a message of a stream: <c>array-1.0</c> of the data path, or <c>event-1.0</c> (docs/reduction.md).</summary>
internal sealed record StreamHeader
{
    public const string ArrayType = "array-1.0";
    public const string EventType = "event-1.0";

    [JsonPropertyName("htype")]
    public string? Type { get; init; }

    [JsonPropertyName("shape")]
    public long[]? Shape { get; init; }

    [JsonPropertyName("type")]
    public string? ElementType { get; init; }

    [JsonPropertyName("frame")]
    public ulong Frame { get; init; }

    [JsonPropertyName("run")]
    public JsonElement Run { get; init; }

    [JsonPropertyName("time_ns")]
    public long? TimeNs { get; init; }

    [JsonPropertyName("period")]
    public int Period { get; init; } = 1;

    [JsonPropertyName("pulse")]
    public ulong Pulse { get; init; }

    [JsonPropertyName("count")]
    public int Count { get; init; }

    /// <summary>Whether the run has ended; nothing follows the header then.</summary>
    [JsonPropertyName("end")]
    public bool End { get; init; }

    /// <summary>The run, a text or a number; null if the sender does not say it.</summary>
    [JsonIgnore]
    public string? RunName => Run.ValueKind is JsonValueKind.String or JsonValueKind.Number ? Run.ToString() : null;

    public static StreamHeader? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<StreamHeader>(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The elements as numpy writes them; null if they are of no known type.</summary>
    public string? NumpyType => ElementType switch
    {
        "uint8" => "|u1",
        "int8" => "|i1",
        "uint16" => "<u2",
        "int16" => "<i2",
        "uint32" => "<u4",
        "int32" => "<i4",
        "uint64" => "<u8",
        "int64" => "<i8",
        "float32" => "<f4",
        "float64" => "<f8",
        _ => null,
    };
}
