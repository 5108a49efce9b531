using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hutch.Bus.Methods;

/// <summary>Writes NaN and the infinities as Python's json does: bare words.</summary>
internal sealed class PythonSingleConverter : JsonConverter<float>
{
    public override float Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            return reader.GetSingle();
        return (float)(PythonJson.Word(reader.GetString()) ?? throw new JsonException("not a number"));
    }

    public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options)
    {
        if (float.IsFinite(value))
            writer.WriteNumberValue(value);
        else
            writer.WriteRawValue(PythonJson.Word(value), skipInputValidation: true);
    }
}
