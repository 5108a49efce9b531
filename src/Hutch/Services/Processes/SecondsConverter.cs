using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hutch.Services.Processes;

/// <summary>A time span in JSON: a number of seconds, or a text like <c>00:00:01.5</c>.</summary>
internal sealed class SecondsConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
            return TimeSpan.FromSeconds(reader.GetDouble());
        return TimeSpan.TryParse(reader.GetString(), CultureInfo.InvariantCulture, out var span)
            ? span
            : throw new JsonException("a time is a number of seconds or a string like 00:00:01.5");
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue(value.TotalSeconds);
}
