using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Bus.Methods;

namespace Hutch.Fleet.Records;

/// <summary>A type of records: its attributes, how they are checked, and under which keys its records stand in a store.</summary>
internal sealed class RecordType
{
    private readonly RecordMember[] _members;
    private readonly RecordMember _key;
    private readonly JsonObject _defaults;
    private readonly string _before;
    private readonly string _after;

    /// <summary>Describes a class of records.</summary>
    /// <param name="type">The class.</param>
    /// <param name="list">The name of its list; null when it has none.</param>
    /// <param name="place">Its keys in a store, as in Commissaire's etcd, with {0} for the record's own.</param>
    public RecordType(Type type, string? list, string place)
    {
        Type = type;
        ListName = list;
        _members = [.. type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Select(p => new RecordMember(p))];
        _key = _members.Single(m => m.IsKey);
        var empty = JsonSerializer.Deserialize(new JsonObject { [_key.Name] = "" }, type, BusJson.Options);
        _defaults = JsonSerializer.SerializeToNode(empty, type, BusJson.Options)!.AsObject();
        (_before, _after) = place.Split("{0}") is [var before, var after] ? (before, after) : throw new ArgumentException("a place has {0} once", nameof(place));
    }

    public Type Type { get; }

    public string Name => Type.Name;

    public string? ListName { get; }

    public IReadOnlyList<RecordMember> Members => _members;

    /// <summary>Whether its changes are published: those of credentials are not.</summary>
    public bool IsAnnounced => ListName is not null;

    /// <summary>What all keys of its records begin with.</summary>
    public string Prefix => _before;

    public string StoreKey(string key) => _before + key + _after;

    /// <summary>Whether a key of a store is one of a record of this type.</summary>
    public bool IsStoreKey(string key) => key.Length > _before.Length + _after.Length && key.StartsWith(_before, StringComparison.Ordinal) && key.EndsWith(_after, StringComparison.Ordinal)
        && !key.AsSpan(_before.Length, key.Length - _before.Length - _after.Length).Contains('/');

    public string KeyOf(JsonObject record) => record[_key.Name]!.GetValue<string>();

    /// <summary>Reads what a caller gave of a record, as an object or as its text: the attributes that are known, checked.</summary>
    /// <exception cref="InvalidRecordException">An attribute is not as it should be, or the key is missing.</exception>
    public JsonObject Read(JsonElement given)
    {
        var data = given.ValueKind == JsonValueKind.String ? Parse(given.GetString()!) : given;
        if (data.ValueKind != JsonValueKind.Object)
            throw new InvalidRecordException($"a {Name} is given as {data.ValueKind.ToString().ToLowerInvariant()}; give an object of its attributes");
        var mistakes = new List<string>();
        var record = new JsonObject();
        foreach (var member in _members)
        {
            if (!data.TryGetProperty(member.Name, out var value))
                continue;
            if (member.Mistake(value) is { } mistake)
                mistakes.Add($"{Name}.{member.Name}: {mistake}");
            record[member.Name] = JsonSerializer.SerializeToNode(value);
        }
        if (mistakes.Count > 0)
            throw new InvalidRecordException(Name, mistakes);
        return record.ContainsKey(_key.Name) ? record : throw new InvalidRecordException($"{Name}.__init__() missing 1 or more required keyword arguments: {_key.Name}");
    }

    /// <summary>The whole record: what is given, else what is stored, else the default.</summary>
    public JsonObject Complete(JsonObject given, JsonObject? stored)
    {
        var record = new JsonObject();
        foreach (var member in _members)
            record[member.Name] = (given[member.Name] ?? stored?[member.Name] ?? _defaults[member.Name])?.DeepClone();
        return record;
    }

    /// <summary>The record as it is published.</summary>
    public JsonObject Safe(JsonObject record) =>
        new(record.Where(m => !_members.Single(known => known.Name == m.Key).IsHidden).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())));

    /// <summary>Only the key.</summary>
    public JsonObject Reference(string key) => new() { [_key.Name] = key };

    private JsonElement Parse(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException error)
        {
            throw new InvalidRecordException($"a {Name} is given as a string that is not JSON: {error.Message}");
        }
    }
}
