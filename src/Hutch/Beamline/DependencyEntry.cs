using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hutch.Beamline;

/// <summary>A service that another one depends on; in the file its name, or an object.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Condition">What must be true of it before the other one starts.</param>
[JsonConverter(typeof(DependencyConverter))]
public sealed record DependencyEntry(string Service, DependencyCondition Condition);

/// <summary>What a dependant waits for.</summary>
public enum DependencyCondition
{
    /// <summary>It is ready; or, if it is a job that ends by itself, complete.</summary>
    Ready,

    /// <summary>It has ended with exit code 0.</summary>
    Completed,
}

/// <summary>Reads <c>"NAME"</c> and <c>{ "service": "NAME", "condition": "completed" }</c>.</summary>
internal sealed class DependencyConverter : JsonConverter<DependencyEntry>
{
    public override DependencyEntry Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return new DependencyEntry(reader.GetString()!, DependencyCondition.Ready);
        using var entry = JsonDocument.ParseValue(ref reader);
        var condition = entry.RootElement.TryGetProperty("condition", out var given) ? given.Deserialize<DependencyCondition>(options) : DependencyCondition.Ready;
        return new DependencyEntry(entry.RootElement.GetProperty("service").GetString()!, condition);
    }

    public override void Write(Utf8JsonWriter writer, DependencyEntry value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("service", value.Service);
        writer.WritePropertyName("condition");
        JsonSerializer.Serialize(writer, value.Condition, options);
        writer.WriteEndObject();
    }
}
