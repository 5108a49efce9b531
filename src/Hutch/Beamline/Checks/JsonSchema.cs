using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hutch.Beamline.Checks;

/// <summary>
/// Checks JSON against a JSON Schema, of which it knows the keywords that docs/beamline.schema.json uses: type, enum,
/// properties, required, additionalProperties, items, minItems, minimum, exclusiveMinimum, maximum, pattern, oneOf, $ref.
/// An unknown keyword is an error of the schema, so that none is ignored by mistake.
/// </summary>
internal sealed class JsonSchema(JsonElement root)
{
    private static readonly HashSet<string> Known =
    [
        "$schema", "$id", "$defs", "title", "description", "default", "examples", "type", "enum", "properties", "required",
        "additionalProperties", "items", "minItems", "minimum", "exclusiveMinimum", "maximum", "pattern", "oneOf", "$ref",
    ];

    /// <summary>Calls back for each thing that is wrong: where, and what.</summary>
    public void Check(LocatedJson value, Action<LocatedJson, string> report) => Check(root, value, "", report);

    private void Check(JsonElement schema, LocatedJson value, string path, Action<LocatedJson, string> report)
    {
        foreach (var keyword in schema.EnumerateObject().Where(k => !Known.Contains(k.Name)))
            throw new NotSupportedException($"the schema uses the keyword {keyword.Name}, which is not supported");
        if (schema.TryGetProperty("$ref", out var reference))
        {
            Check(root.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..]), value, path, report);
            return;
        }
        void Wrong(string what) => report(value, path.Length == 0 ? what : $"{path}: {what}");
        if (schema.TryGetProperty("type", out var type) && type.GetString() is { } wanted && !IsOfType(value, wanted))
        {
            Wrong($"must be {Article(wanted)}, not {Shown(value)}");
            return;
        }
        if (schema.TryGetProperty("enum", out var values) && !values.EnumerateArray().Any(v => v.GetString() == value.Raw))
            Wrong($"{Shown(value)} is not one of {string.Join(", ", values.EnumerateArray())}");
        if (schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(value.Raw, pattern.GetString()!))
            Wrong($"{Shown(value)} does not match {pattern}{(schema.TryGetProperty("description", out var meant) ? $" ({meant})" : "")}");
        CheckRange(schema, value, Wrong);
        CheckAlternatives(schema, value, path, report, Wrong);
        if (value.Kind == JsonTokenType.StartObject)
            CheckObject(schema, value, path, report, Wrong);
        if (value.Kind == JsonTokenType.StartArray)
            CheckArray(schema, value, path, report, Wrong);
    }

    private static void CheckRange(JsonElement schema, LocatedJson value, Action<string> wrong)
    {
        if (value.Kind != JsonTokenType.Number)
            return;
        var number = double.Parse(value.Raw, CultureInfo.InvariantCulture);
        if (schema.TryGetProperty("minimum", out var minimum) && number < minimum.GetDouble())
            wrong($"{value.Raw} is less than {minimum}");
        if (schema.TryGetProperty("exclusiveMinimum", out var above) && number <= above.GetDouble())
            wrong($"{value.Raw} is not more than {above}");
        if (schema.TryGetProperty("maximum", out var maximum) && number > maximum.GetDouble())
            wrong($"{value.Raw} is more than {maximum}");
    }

    private void CheckAlternatives(JsonElement schema, LocatedJson value, string path, Action<LocatedJson, string> report, Action<string> wrong)
    {
        if (!schema.TryGetProperty("oneOf", out var alternatives))
            return;
        var all = alternatives.EnumerateArray().ToList();
        var fitting = all.Count(a => Fits(a, value));
        if (fitting == 1)
            return;
        var keys = all.Where(a => a.TryGetProperty("required", out _)).SelectMany(a => a.GetProperty("required").EnumerateArray()).Select(k => k.GetString()!).ToList();
        // The alternative that has the right type explains best what is wrong.
        var similar = all.FindAll(a => Resolve(a).TryGetProperty("type", out var type) && IsOfType(value, type.GetString()!));
        if (keys.Count > 0)
            wrong($"needs exactly one of {string.Join(", ", keys)}");
        else if (fitting == 0 && similar.Count == 1)
            Check(similar[0], value, path, report);
        else
            wrong($"must be {string.Join(" or ", all.Select(a => Article(Resolve(a).GetProperty("type").GetString()!)))}, not {Shown(value)}");
    }

    private void CheckObject(JsonElement schema, LocatedJson value, string path, Action<LocatedJson, string> report, Action<string> wrong)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var missing in required.EnumerateArray().Where(r => value[r.GetString()!] is null))
                wrong($"{missing} is missing");
        }
        var known = schema.TryGetProperty("properties", out var properties) ? properties : default;
        var others = schema.TryGetProperty("additionalProperties", out var additional) ? additional : default;
        if (known.ValueKind == JsonValueKind.Undefined && others.ValueKind == JsonValueKind.Undefined)
            return;   // an alternative that asks only for a key
        foreach (var twice in value.Properties.GroupBy(p => p.Name).Where(g => g.Count() > 1))
            report(twice.Last().Value, $"{Join(path, twice.Key)}: appears twice");
        foreach (var (name, child) in value.Properties)
        {
            if (known.ValueKind == JsonValueKind.Object && known.TryGetProperty(name, out var own))
                Check(own, child, Join(path, name), report);
            else if (others.ValueKind == JsonValueKind.Object)
                Check(others, child, Join(path, name), report);
            else if (others.ValueKind == JsonValueKind.False)
                report(child, $"{Join(path, name)}: there is no such key; there are {string.Join(", ", known.EnumerateObject().Select(p => p.Name).Where(p => p[0] != '$').Order())}");
        }
    }

    private void CheckArray(JsonElement schema, LocatedJson value, string path, Action<LocatedJson, string> report, Action<string> wrong)
    {
        if (schema.TryGetProperty("minItems", out var fewest) && value.Items.Count < fewest.GetInt32())
            wrong($"needs at least {fewest} item(s)");
        if (!schema.TryGetProperty("items", out var items))
            return;
        for (var i = 0; i < value.Items.Count; i++)
            Check(items, value.Items[i], $"{path}[{i}]", report);
    }

    private bool Fits(JsonElement schema, LocatedJson value)
    {
        var fits = true;
        Check(schema, value, "", (_, _) => fits = false);
        return fits;
    }

    private JsonElement Resolve(JsonElement schema) =>
        schema.TryGetProperty("$ref", out var reference) ? root.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..]) : schema;

    private static bool IsOfType(LocatedJson value, string type) =>
        type == value.TypeName || (type == "integer" && value.TypeName == "number" && long.TryParse(value.Raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));

    private static string Article(string type) => type is "object" or "array" or "integer" ? $"an {type}" : $"a {type}";

    private static string Shown(LocatedJson value) => value.Kind switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => $"\"{value.Raw}\"",
        _ => value.Raw,
    };

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
