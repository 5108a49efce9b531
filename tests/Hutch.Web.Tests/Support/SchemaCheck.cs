using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Web.Tests.Support;

/// <summary>Says what about a value is not as a schema of an OpenAPI 3.1 document has it.</summary>
public sealed class SchemaCheck(JsonNode document)
{
    /// <summary>Follows a reference; a reference that leads nowhere is an error.</summary>
    public JsonObject Resolve(JsonNode schema)
    {
        if ((string?)schema["$ref"] is not { } reference)
            return schema.AsObject();
        JsonNode? at = document;
        foreach (var step in reference.Split('/')[1..])
            at = at?[step.Replace("~1", "/").Replace("~0", "~")];
        return at?.AsObject() ?? throw new InvalidDataException($"{reference} leads nowhere");
    }

    /// <summary>What is wrong, with where; nothing if all is right.</summary>
    public IEnumerable<string> Errors(JsonNode? value, JsonNode schema, string place = "$")
    {
        var resolved = Resolve(schema);
        if ((resolved["oneOf"] ?? resolved["anyOf"]) is JsonArray choices)
        {
            var all = choices.Select(c => Errors(value, c!, place).ToList()).ToList();
            return all.Any(e => e.Count == 0) ? [] : all[^1];
        }
        var types = resolved["type"] switch { JsonArray several => several.Select(t => (string)t!).ToList(), JsonNode one => [(string)one!], null => [] };
        var kind = value?.GetValueKind() switch
        {
            null => "null",
            JsonValueKind.String => "string",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.Number => "number",
            JsonValueKind.Object => "object",
            _ => "array",
        };
        if (types.Count > 0 && !types.Contains(kind) && !(kind == "number" && types.Contains("integer") && double.IsInteger(value!.GetValue<JsonElement>().GetDouble())))
            return [$"{place} is {kind} instead of {string.Join(" or ", types)}"];
        if (resolved["enum"] is JsonArray names && value is not null && !names.Any(n => JsonNode.DeepEquals(n, value)))
            return [$"{place} is {value.ToJsonString()} instead of {names.ToJsonString()}"];
        return value switch
        {
            JsonObject members => Members(members, resolved, place),
            JsonArray items when resolved["items"] is { } item => items.SelectMany((v, i) => Errors(v, item, $"{place}[{i}]")),
            _ => [],
        };
    }

    private IEnumerable<string> Members(JsonObject members, JsonObject schema, string place)
    {
        foreach (var name in (schema["required"] as JsonArray ?? []).Select(n => (string)n!).Where(n => !members.ContainsKey(n)))
            yield return $"{place} lacks {name}";
        if (schema["properties"] is not JsonObject properties)
            yield break;
        foreach (var (name, value) in members)
        {
            if (properties[name] is { } property)
            {
                foreach (var error in Errors(value, property, $"{place}.{name}"))
                    yield return error;
            }
            else if (schema["additionalProperties"] is null)
            {
                yield return $"{place}.{name} is not described";
            }
        }
    }
}
