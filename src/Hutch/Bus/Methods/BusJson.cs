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
