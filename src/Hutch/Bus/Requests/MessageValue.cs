using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Bus.Requests;

/// <summary>
/// The message of a status as a header value that pika 1.2.0 reads unharmed: null, text, a truth value, a whole number, and lists and
/// tables of these. pika truncates fractions and reads negative 64-bit integers as unsigned: such a number goes as text, and a list or
/// table that holds one goes as a whole as JSON text.
/// </summary>
internal static class MessageValue
{
    // All headers of a message must fit into one frame (131,072 bytes by default); a UTF-16 unit is at most three bytes.
    private const int LongestText = 30_000;

    // The name of a field of an AMQP table is a short string.
    private const int LongestName = 255;

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
        _ => JsonSerializer.SerializeToElement(value, Readable),
    };

    private static object? FromJson(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => Shorten(json.GetString()!),
        JsonValueKind.Number when json.TryGetInt64(out var number) => ToHeader(number),
        JsonValueKind.Number => json.GetRawText(),
        _ => JsonSerializer.Serialize(json, Readable) is var text && text.Length <= LongestText && TryNest(json, out var nested) ? nested : Shorten(text),
    };

    // False for what holds a value that pika would misread.
    private static bool TryNest(JsonElement json, out object? nested)
    {
        nested = null;
        switch (json.ValueKind)
        {
            case JsonValueKind.Array:
                var list = new List<object?>(json.GetArrayLength());
                foreach (var item in json.EnumerateArray())
                {
                    if (!TryNest(item, out var value))
                        return false;
                    list.Add(value);
                }
                nested = list;
                return true;
            case JsonValueKind.Object:
                var table = new Dictionary<string, object?>();
                foreach (var field in json.EnumerateObject())
                {
                    if (Encoding.UTF8.GetByteCount(field.Name) > LongestName || !TryNest(field.Value, out var value))
                        return false;
                    table[field.Name] = value;
                }
                nested = table;
                return true;
            case JsonValueKind.Number:
                nested = json.TryGetInt64(out var number) ? ToHeader(number) : null;
                return nested is int or long;
            default:
                nested = FromJson(json);
                return true;
        }
    }

    private static string Shorten(string text) => text.Length <= LongestText
        ? text
        : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, LongestText)} ... ({text.Length - LongestText} characters more)");
}
