using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Fleet.Records;
using Hutch.Hosting.Secrets;

namespace Hutch.Fleet.Secrets;

/// <summary>The secrets of records: attributes that are marked, and members of options that look secret by their name.</summary>
internal static class RecordSecrets
{
    /// <summary>Seals what is secret, and leaves out what was masked, so that what is stored stays.</summary>
    public static void Seal(RecordType type, JsonObject record, JsonObject? stored, SecretSeal seal) => Change(type, record, stored, (text, before) => text == SecretSeal.Masked ? before ?? "" : seal.Seal(text));

    /// <summary>Opens what is sealed, for callers who cannot.</summary>
    public static void Open(RecordType type, JsonObject record, SecretSeal seal) => Change(type, record, null, (text, _) => seal.Open(text));

    /// <summary>Puts stars in place of secrets, for lists and notifications.</summary>
    public static JsonObject Mask(RecordType type, JsonObject record)
    {
        Change(type, record, null, (text, _) => text.Length == 0 ? text : SecretSeal.Masked);
        return record;
    }

    private static void Change(RecordType type, JsonObject record, JsonObject? stored, Func<string, string?, string> change)
    {
        foreach (var member in type.Members)
        {
            if (member.IsSecret)
                Change(record, member.Name, stored, change);
            else if (member.Kind == JsonValueKind.Object && record[member.Name] is JsonObject options)
                ChangeWithin(options, stored?[member.Name], change);
        }
    }

    private static void ChangeWithin(JsonNode? node, JsonNode? stored, Func<string, string?, string> change)
    {
        if (node is JsonObject members)
        {
            foreach (var name in members.Select(m => m.Key).ToList())
            {
                if (SecretNames.LooksSecret(name) && !SecretNames.NamesPath(name))
                    Change(members, name, stored as JsonObject, change);
                ChangeWithin(members[name], (stored as JsonObject)?[name], change);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
                ChangeWithin(item, null, change);
        }
    }

    private static void Change(JsonObject record, string name, JsonObject? stored, Func<string, string?, string> change)
    {
        if (TextOf(record[name]) is { } text)
            record[name] = change(text, TextOf(stored?[name]));
    }

    private static string? TextOf(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
