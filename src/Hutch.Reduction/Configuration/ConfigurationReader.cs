using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Reduction.Configuration;

/// <summary>Reads the members of a JSON object, and remembers which were asked for and what was wrong.</summary>
internal sealed class ConfigurationReader(JsonObject root, string prefix = "")
{
    private readonly HashSet<string> _known = [];

    /// <summary>What is wrong, a sentence each.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Members that nobody asked for.</summary>
    public IEnumerable<string> Unknown => root.Select(m => m.Key).Where(k => !_known.Contains(k)).Select(k => prefix + k);

    public string? Text(string name) => Take(name) switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        var other => Wrong<string>(name, other, "a string"),
    };

    public bool Flag(string name, bool missing) => Take(name) switch
    {
        null => missing,
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
        var other => Wrong<bool>(name, other, "true or false"),
    };

    public double Number(string name, double missing, double least, double most)
    {
        var node = Take(name);
        if (node is null)
            return missing;
        if (node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<double>(out var number))
            return number >= least && number <= most ? number : Wrong<double>(name, node, string.Create(CultureInfo.InvariantCulture, $"{least} to {most}"));
        return Wrong<double>(name, node, "a number");
    }

    public int Integer(string name, int missing, int least, int most)
    {
        var number = Number(name, missing, least, most);
        return number == Math.Floor(number) ? (int)number : Wrong<int>(name, root[name]!, "a whole number");
    }

    public IReadOnlyList<int>? Integers(string name)
    {
        var node = Take(name);
        if (node is null)
            return null;
        if (node is JsonArray array && array.All(n => n is JsonValue v && v.TryGetValue<double>(out var number) && number == Math.Floor(number)))
            return [.. array.Select(n => (int)n!.GetValue<double>())];
        return Wrong<IReadOnlyList<int>>(name, node, "an array of whole numbers, or null");
    }

    public ConfigurationReader? Section(string name) => Take(name) switch
    {
        null => null,
        JsonObject section => new ConfigurationReader(section, $"{prefix}{name}."),
        var other => Wrong<ConfigurationReader>(name, other, "an object"),
    };

    private JsonNode? Take(string name)
    {
        _known.Add(name);
        return root[name];
    }

    private T? Wrong<T>(string name, JsonNode found, string wanted)
    {
        Errors.Add($"{prefix}{name} is {found.ToJsonString()}, but must be {wanted}");
        return default;
    }
}
