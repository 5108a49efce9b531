using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hutch.Bus.Methods;

/// <summary>How values travel as JSON: names in snake_case, enums as names, NaN and infinities as Python writes them.</summary>
public static class BusJson
{
    /// <summary>The deepest nesting that is read; beyond it a message is invalid JSON.</summary>
    public const int MaxDepth = 512;

    /// <summary>The options for the values of the bus.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    internal static JsonReaderOptions ReaderOptions { get; } = new() { MaxDepth = MaxDepth };

    internal static JsonWriterOptions WriterOptions { get; } = new() { MaxDepth = MaxDepth, SkipValidation = true };

    /// <summary>Reads the commonest value there is, a whole number; any other is left to a reader.</summary>
    /// <param name="value">One JSON value.</param>
    /// <param name="number">The number.</param>
    /// <returns>False if it is something else.</returns>
    internal static bool TryReadInt32(ReadOnlySpan<byte> value, out int number) =>
        Utf8Parser.TryParse(value, out number, out var used) && used == value.Length;

    /// <summary>Writes a value; whole numbers, the commonest values, without a writer's ado.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="json">A writer to write with; whatever it wrote before is done.</param>
    /// <param name="value">The value.</param>
    internal static void Write<T>(IBufferWriter<byte> buffer, Utf8JsonWriter json, T value)
    {
        if (typeof(T) == typeof(int) || typeof(T) == typeof(long))
        {
            var number = typeof(T) == typeof(int) ? (int)(object)value! : (long)(object)value!;
            Utf8Formatter.TryFormat(number, buffer.GetSpan(20), out var written);
            buffer.Advance(written);
            return;
        }
        json.Reset(buffer);
        JsonSerializer.Serialize(json, value, Options);
        json.Flush();
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DictionaryKeyPolicy = null,
            PropertyNameCaseInsensitive = true,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            MaxDepth = MaxDepth,
            RespectNullableAnnotations = true,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new PythonDoubleConverter(), new PythonSingleConverter() },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
