using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Bus.Requests;

/// <summary>
/// The message of a status as a header value that pika 1.2.0 can read unharmed: null, text, a truth value or an integer.
/// It truncates floating-point numbers and reads negative 64-bit integers as unsigned; those, and whole objects, go as text.
/// </summary>
internal static class MessageValue
{
    // All headers of a message must fit into one frame (131,072 bytes by default); a UTF-16 unit is at most three bytes.
    private const int LongestText = 30_000;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static object? ToHeader(object? value) => value switch
    {
        null or bool or int => value,
        string text => Shorten(text),
        byte or sbyte or short or ushort => Convert.ToInt32(value, CultureInfo.InvariantCulture),
        uint number => ToHeader((long)number),
        long number when number is >= int.MinValue and <= int.MaxValue => (int)number,
        long number when number > 0 => number,
        long number => number.ToString(CultureInfo.InvariantCulture),
        JsonNode node => ToHeader(JsonSerializer.SerializeToElement(node)),
        JsonElement json => FromJson(json),
        _ => FromJson(JsonSerializer.SerializeToElement(value, Readable)),
    };

    public static object? FromHeader(object? value) => value switch
    {
        null or bool or int or string => value,
        long number when number is >= int.MinValue and <= int.MaxValue => (int)number,
        long or double => value,
        byte[] bytes => Convert.ToBase64String(bytes),
        _ => JsonSerializer.Serialize(value, Readable),
    };

    private static object? FromJson(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => Shorten(json.GetString()!),
        JsonValueKind.Number when json.TryGetInt64(out var number) => ToHeader(number),
        _ => Shorten(JsonSerializer.Serialize(json, Readable)),
    };

    private static string Shorten(string text) => text.Length <= LongestText
        ? text
        : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, LongestText)} ... ({text.Length - LongestText} characters more)");
}
