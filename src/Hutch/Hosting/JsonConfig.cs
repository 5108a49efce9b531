using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Hosting;

/// <summary>A service's configuration: one JSON object, in which comments and trailing commas are allowed.</summary>
public static class JsonConfig
{
    /// <summary>The name of the standard input in place of a file.</summary>
    public const string StandardInput = "-";

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads the text of a file.</summary>
    /// <param name="path">The file, or <c>-</c> for <paramref name="input"/>.</param>
    /// <param name="input">The standard input.</param>
    /// <exception cref="UserErrorException">The file cannot be read.</exception>
    public static string ReadText(string path, TextReader input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (path == StandardInput)
            return input.ReadToEnd();
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"configuration file {path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads a configuration.</summary>
    /// <param name="text">The JSON text.</param>
    /// <param name="source">Its origin, for messages.</param>
    /// <param name="hyphensToUnderscores">Whether <c>bus-uri</c> becomes <c>bus_uri</c>, at every depth.</param>
    /// <exception cref="UserErrorException">The text is not one JSON object, or a name is there twice.</exception>
    public static JsonObject Parse(string text, string source, bool hyphensToUnderscores)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Lenient);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? (JsonObject)Copy(document.RootElement, source, hyphensToUnderscores)!
                : throw new UserErrorException($"configuration {source} is a JSON {document.RootElement.ValueKind.ToString().ToLowerInvariant()}; it must be an object: {{ ... }}");
        }
        catch (JsonException error)
        {
            var (line, column) = JsonPlace.Of(error, Encoding.UTF8.GetBytes(text));
            throw new UserErrorException($"configuration {source} is not JSON: line {line}, column {column}: {JsonPlace.Reason(error)}", error);
        }
    }

    /// <summary>Replaces environment variables in all strings of a configuration, see <see cref="Variables"/>.</summary>
    /// <param name="node">The configuration; it is changed.</param>
    /// <param name="variable">Returns the value of a variable, or null.</param>
    /// <param name="where">Its name in messages.</param>
    /// <exception cref="UserErrorException">A variable that it mentions is not set.</exception>
    public static void ExpandVariables(JsonNode? node, Func<string, string?> variable, string where)
    {
        string? Expanded(JsonNode? value) => value is JsonValue text && text.GetValueKind() == JsonValueKind.String && text.GetValue<string>().Contains('$', StringComparison.Ordinal)
            ? Variables.Expand(text.GetValue<string>(), variable, where)
            : null;
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToList())
            {
                if (Expanded(value) is { } text)
                    members[name] = text;
                else
                    ExpandVariables(value, variable, where);
            }
        }
        else if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                if (Expanded(items[i]) is { } text)
                    items[i] = text;
                else
                    ExpandVariables(items[i], variable, where);
            }
        }
    }

    private static JsonNode? Copy(JsonElement element, string source, bool underscores)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var copy = new JsonObject();
                foreach (var member in element.EnumerateObject())
                {
                    var name = underscores ? member.Name.Replace('-', '_') : member.Name;
                    if (!copy.TryAdd(name, Copy(member.Value, source, underscores)))
                        throw new UserErrorException($"configuration {source} has '{name}' twice; remove one");
                }
                return copy;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(item => Copy(item, source, underscores))]);
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }
}
