using System.Text.Json;

namespace Hutch.Beamline;

/// <summary>Turns the options of a beamline file into a command line.</summary>
internal static class ProgramArguments
{
    /// <summary><c>{"module": [0, 1], "own-module-only": true}</c> becomes <c>--module 0 --module 1 --own-module-only</c>.</summary>
    public static IReadOnlyList<string> Of(JsonElement? options, int instance)
    {
        var arguments = new List<string>();
        if (options is not { ValueKind: JsonValueKind.Object } given)
            return arguments;
        foreach (var option in given.EnumerateObject())
            Add(arguments, NameOf(option.Name), option.Value, instance);
        return arguments;
    }

    /// <summary>An option of a beamline file as the command line has it.</summary>
    public static string NameOf(string option) => "--" + option.TrimStart('-').Replace('_', '-');

    /// <summary>Puts the number of an instance in place of <c>{instance}</c>.</summary>
    public static string Fill(string text, int instance) => text.Replace("{instance}", instance.ToString());

    /// <summary><see cref="Fill(string, int)"/> in all texts of a JSON value.</summary>
    public static JsonElement? Fill(JsonElement? value, int instance) =>
        value is { } given ? JsonDocument.Parse(Fill(given.GetRawText(), instance), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }).RootElement : null;

    private static void Add(List<string> arguments, string name, JsonElement value, int instance)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.True:
                arguments.Add(name);
                break;
            case JsonValueKind.False or JsonValueKind.Null:
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                    Add(arguments, name, item, instance);
                break;
            default:
                arguments.Add(name);
                arguments.Add(Fill(value.ToString(), instance));
                break;
        }
    }
}
