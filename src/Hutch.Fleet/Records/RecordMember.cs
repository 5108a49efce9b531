using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Fleet.Records;

/// <summary>An attribute of a type of records.</summary>
internal sealed class RecordMember
{
    private readonly IReadOnlyList<string>? _values;

    public RecordMember(PropertyInfo property)
    {
        Name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
        Kind = property.PropertyType switch
        {
            var t when t == typeof(string) => JsonValueKind.String,
            var t when t == typeof(int) || t == typeof(long) => JsonValueKind.Number,
            var t when t == typeof(JsonObject) => JsonValueKind.Object,
            _ => JsonValueKind.Array,
        };
        IsInt32 = property.PropertyType == typeof(int);
        IsKey = property.IsDefined(typeof(RecordKeyAttribute));
        IsHidden = property.IsDefined(typeof(HiddenAttribute));
        IsSecret = property.IsDefined(typeof(SecretAttribute));
        _values = property.GetCustomAttribute<OneOfAttribute>()?.Values;
    }

    public string Name { get; }

    public JsonValueKind Kind { get; }

    public bool IsKey { get; }

    public bool IsHidden { get; }

    public bool IsSecret { get; }

    private bool IsInt32 { get; }

    /// <summary>What is wrong with a value, or null.</summary>
    public string? Mistake(JsonElement value)
    {
        if (value.ValueKind != Kind || (Kind == JsonValueKind.Number && !(IsInt32 ? value.TryGetInt32(out _) : value.TryGetInt64(out _))))
            return $"Expected type <class '{Python(Kind)}'>. Got <class '{(value.ValueKind == JsonValueKind.Number && !value.TryGetInt64(out _) ? "float" : Python(value.ValueKind))}'>";
        if (Kind == JsonValueKind.Array && value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            return "a list of strings is expected";
        if (_values is not null && !_values.Contains(value.GetString()!))
            return $"{value.GetString()} is not one of {string.Join(", ", _values)}";
        if (IsKey && !IsName(value.GetString()!))
            return $"{value.GetString()} is not a valid name; use 1 to 253 visible characters without /";
        return null;
    }

    private static bool IsName(string text) => text.Length is > 0 and <= 253 && text.All(c => c > ' ' && c != '/' && c != '\u007f');

    private static string Python(JsonValueKind kind) => kind switch
    {
        JsonValueKind.String => "str",
        JsonValueKind.Number => "int",
        JsonValueKind.Object => "dict",
        JsonValueKind.Array => "list",
        JsonValueKind.True or JsonValueKind.False => "bool",
        _ => "NoneType",
    };
}
