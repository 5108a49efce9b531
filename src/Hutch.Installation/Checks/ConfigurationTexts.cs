using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hutch.Installation.Checks;

/// <summary>The texts in a JSON file, each with its place.</summary>
internal static partial class ConfigurationTexts
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <exception cref="UserErrorException">The file cannot be read, or is no JSON.</exception>
    public static IReadOnlyList<(string Where, string Text)> Of(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path), Lenient);
            var texts = new List<(string, string)>();
            Collect(document.RootElement, "", texts);
            return texts;
        }
        catch (JsonException error)
        {
            throw new UserErrorException($"{path} is not JSON: line {error.LineNumber + 1}: {error.Message.Split(" LineNumber:")[0]}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot read {path}: {error.Message}", error);
        }
    }

    /// <summary>Whether an entry's name says that it is a path.</summary>
    public static bool NamesPath(string where) => PathEntry().IsMatch(where);

    private static void Collect(JsonElement element, string where, List<(string, string)> texts)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject().Where(m => m.Name != "$schema"))
                    Collect(member.Value, where.Length == 0 ? member.Name : $"{where}.{member.Name}", texts);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                    Collect(item, $"{where}[{index++}]", texts);
                break;
            case JsonValueKind.String:
                texts.Add((where, element.GetString()!));
                break;
        }
    }

    [GeneratedRegex(@"(file|folder|dir|directory|path)(\[\d+\])?$", RegexOptions.IgnoreCase)]
    private static partial Regex PathEntry();
}
