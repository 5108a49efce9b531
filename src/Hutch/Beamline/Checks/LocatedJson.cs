using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Hosting;

namespace Hutch.Beamline.Checks;

/// <summary>A JSON value that knows its line, for errors that say where.</summary>
internal sealed class LocatedJson
{
    private LocatedJson(JsonTokenType kind, int line, int column, string raw)
    {
        Kind = kind;
        Line = line;
        Column = column;
        Raw = raw;
    }

    public JsonTokenType Kind { get; }

    public int Line { get; }

    public int Column { get; }

    /// <summary>A scalar as it stands in the file, without quotes.</summary>
    public string Raw { get; }

    public List<(string Name, LocatedJson Value)> Properties { get; } = [];

    public List<LocatedJson> Items { get; } = [];

    public string TypeName => Kind switch
    {
        JsonTokenType.StartObject => "object",
        JsonTokenType.StartArray => "array",
        JsonTokenType.String => "string",
        JsonTokenType.Number => "number",
        JsonTokenType.True or JsonTokenType.False => "boolean",
        _ => "null",
    };

    /// <summary>The text of a string; null for anything else.</summary>
    public string? Text => Kind == JsonTokenType.String ? Raw : null;

    /// <summary>The value without its places; of a property that stands there twice, the last.</summary>
    public JsonNode? ToNode() => Kind switch
    {
        JsonTokenType.StartObject => new JsonObject(Properties.Select(p => p.Name).Distinct().Select(name => KeyValuePair.Create(name, this[name]!.ToNode()))),
        JsonTokenType.StartArray => new JsonArray([.. Items.Select(i => i.ToNode())]),
        JsonTokenType.String => JsonValue.Create(Raw),
        JsonTokenType.Null => null,
        _ => JsonNode.Parse(Raw),
    };

    /// <summary>All strings below, with their paths; names of properties are none.</summary>
    public IEnumerable<(LocatedJson Where, string Path)> Strings(string path) => Kind switch
    {
        JsonTokenType.String => [(this, path)],
        JsonTokenType.StartObject => Properties.SelectMany(p => p.Value.Strings($"{path}.{p.Name}")),
        JsonTokenType.StartArray => Items.SelectMany((item, i) => item.Strings($"{path}[{i}]")),
        _ => [],
    };

    public LocatedJson? this[string name] => Properties.FindLast(p => p.Name == name).Value;

    /// <exception cref="JsonException">The text is no JSON (<see cref="JsonPlace.Of"/>).</exception>
    public static LocatedJson Parse(byte[] text)
    {
        var lines = new List<int> { 0 };
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
                lines.Add(i + 1);
        }
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        reader.Read();
        var root = Read(ref reader, text, lines);
        reader.Read(); // throws if anything but comments follows
        return root;
    }

    private static LocatedJson Read(ref Utf8JsonReader reader, byte[] text, List<int> lines)
    {
        var offset = (int)reader.TokenStartIndex;
        var line = lines.BinarySearch(offset);
        line = line < 0 ? ~line - 1 : line;
        var raw = reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan);
        var node = new LocatedJson(reader.TokenType, line + 1, JsonPlace.Column(text.AsSpan(lines[line]..offset)), raw);
        if (node.Kind == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var name = reader.GetString()!;
                reader.Read();
                node.Properties.Add((name, Read(ref reader, text, lines)));
            }
        }
        else if (node.Kind == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                node.Items.Add(Read(ref reader, text, lines));
        }
        return node;
    }
}
