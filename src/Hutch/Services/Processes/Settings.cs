using System.Reflection;
using System.Text.Json;

namespace Hutch.Services.Processes;

/// <summary>The configuration of a hosted service, entry by entry; names match whatever their casing, hyphens and underscores.</summary>
internal sealed class Settings
{
    private readonly Type _type;
    private readonly string _service;
    private readonly JsonElement? _all;
    private readonly Dictionary<string, JsonProperty> _entries = [];
    private readonly HashSet<string> _taken = [];

    public Settings(Type type, string service, JsonElement? configuration)
    {
        _type = type;
        _service = service;
        _all = configuration;
        if (configuration is not { ValueKind: not JsonValueKind.Null } given)
            return;
        if (given.ValueKind != JsonValueKind.Object)
            throw new UserErrorException($"service {service}: the configuration must be a JSON object, not {given.ValueKind}");
        foreach (var entry in given.EnumerateObject())
            _entries[Plain(entry.Name)] = entry;
    }

    public bool Has(string name) => _entries.ContainsKey(Plain(name));

    public object? Take(string name, Type type, JsonSerializerOptions json)
    {
        _taken.Add(Plain(name));
        return Read(_entries[Plain(name)].Value, _entries[Plain(name)].Name, type, json);
    }

    public object? TakeAll(Type type, JsonSerializerOptions json)
    {
        var named = type.GetProperties().Select(p => Plain(p.Name)).ToHashSet();
        _taken.UnionWith(type == typeof(JsonElement) || type.IsAssignableTo(typeof(System.Collections.IEnumerable)) ? _entries.Keys : _entries.Keys.Where(named.Contains));
        return _all is { } all ? Read(all, "configuration", type, json) : Read(JsonSerializer.SerializeToElement(new object()), "configuration", type, json);
    }

    /// <summary>The values of the entries that no constructor parameter took, each for the property of its name.</summary>
    public IReadOnlyList<(PropertyInfo Property, object? Value)> TakeProperties(JsonSerializerOptions json)
    {
        var values = new List<(PropertyInfo, object?)>();
        foreach (var (name, entry) in _entries)
        {
            if (_taken.Contains(name))
                continue;
            var properties = _type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(p => p.CanWrite).ToList();
            var property = properties.Find(p => Plain(p.Name) == name)
                ?? throw new UserErrorException($"service {_service}: {_type.Name} has no setting {entry.Name}; "
                    + Choices.Among("settings", properties.Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name)).Order()));
            values.Add((property, Read(entry.Value, entry.Name, property.PropertyType, json)));
        }
        return values;
    }

    private object? Read(JsonElement value, string name, Type type, JsonSerializerOptions json)
    {
        try
        {
            return value.Deserialize(type, json);
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new UserErrorException($"service {_service}: {name} = {value.GetRawText()} is not a valid {type.Name}: {error.Message}", error);
        }
    }

    private static string Plain(string name) => name.Replace("_", "").Replace("-", "").ToLowerInvariant();
}
