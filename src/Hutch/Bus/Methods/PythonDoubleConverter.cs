using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hutch.Bus.Methods;

/// <summary>Writes NaN and the infinities as Python's json does: bare words.</summary>
internal sealed class PythonDoubleConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            return reader.GetDouble();
        return PythonJson.Word(reader.GetString()) ?? throw new JsonException("not a number");
    }

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsFinite(value))
            writer.WriteNumberValue(value);
        else
            writer.WriteRawValue(PythonJson.Word(value), skipInputValidation: true);
    }
}
