using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Bus.Requests;

/// <summary>
/// The message of a status as a header value that pika 1.2.0 can read unharmed: null, text, a truth value, an integer, or a table or list of
/// these. It truncates floating-point numbers and reads negative 64-bit integers as unsigned; those go as text, and so does the whole of a table or
/// list that holds one, as JSON.
/// </summary>
internal static class MessageValue
{
    // All headers of a message must fit into one frame (131,072 bytes by default); a UTF-16 unit is at most three bytes.
    private const int LongestText = 30_000;

    // A name in a table is a short string of AMQP.
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
        JsonValueKind.Number => json.TryGetInt64(out var number) ? ToHeader(number) : Shorten(json.GetRawText()),
        _ => JsonSerializer.Serialize(json, Readable) is var text && text.Length <= LongestText && TryWrap(json, out var wrapped) ? wrapped : Shorten(text),
    };

    /// <returns>False if a value in it would not come out as it went in.</returns>
    private static bool TryWrap(JsonElement json, out object? value)
    {
        value = null;
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var table = new Dictionary<string, object?>();
                foreach (var member in json.EnumerateObject())
                {
                    if (Encoding.UTF8.GetByteCount(member.Name) > LongestName || !TryWrap(member.Value, out var inner))
                        return false;
                    table[member.Name] = inner;
                }
                value = table;
                return true;
            case JsonValueKind.Array:
                var list = new List<object?>();
                foreach (var item in json.EnumerateArray())
                {
                    if (!TryWrap(item, out var wrapped))
                        return false;
                    list.Add(wrapped);
                }
                value = list;
                return true;
            default:
                value = FromJson(json);
                return json.ValueKind != JsonValueKind.Number || value is not string;
        }
    }

    private static string Shorten(string text) => text.Length <= LongestText
        ? text
        : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, LongestText)} ... ({text.Length - LongestText} characters more)");
}
