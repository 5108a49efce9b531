using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Web.Answers;

/// <summary>JSON as Python shows it to people (<c>repr</c>), which stands in some of the deployed messages, and as it writes it (<c>json.dumps</c>).</summary>
internal static class PythonText
{
    /// <summary>As <c>repr</c> of the same value.</summary>
    public static string Repr(JsonNode? node) => node switch
    {
        null => "None",
        JsonObject all => $"{{{string.Join(", ", all.Select(m => $"{Quote(m.Key)}: {Repr(m.Value)}"))}}}",
        JsonArray all => $"[{string.Join(", ", all.Select(Repr))}]",
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => Quote(node.GetValue<string>()),
            JsonValueKind.True => "True",
            JsonValueKind.False => "False",
            _ => node.ToJsonString(),
        },
    };

    /// <summary>As <c>json.dumps(value, sort_keys=True)</c>: separators with blanks, ASCII only, names in order of code points.</summary>
    public static string SortedJson(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject all => $"{{{string.Join(", ", all.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{Escape(m.Key)}: {SortedJson(m.Value)}"))}}}",
        JsonArray all => $"[{string.Join(", ", all.Select(SortedJson))}]",
        _ => node.GetValueKind() == JsonValueKind.String ? Escape(node.GetValue<string>()) : node.ToJsonString(),
    };

    private static string Quote(string text)
    {
        var mark = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var quoted = text.Replace("\\", "\\\\").Replace("\n", "\\n").Replace("\r", "\\r").Replace("\t", "\\t");
        return mark == '\'' ? $"'{quoted.Replace("'", "\\'")}'" : $"\"{quoted}\"";
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => escaped.Append("\\\""),
                '\\' => escaped.Append("\\\\"),
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                '\b' => escaped.Append("\\b"),
                '\f' => escaped.Append("\\f"),
                < ' ' or > '~' => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => escaped.Append(c),
            };
        }
        return escaped.Append('"').ToString();
    }
}
