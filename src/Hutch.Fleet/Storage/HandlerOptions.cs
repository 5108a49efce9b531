using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hutch.Store;

namespace Hutch.Fleet.Storage;

/// <summary>A store handler of the configuration: an engine, and the types of records that it holds.</summary>
internal sealed record HandlerOptions
{
    /// <summary>sqlite, redis or etcd.</summary>
    public required string Type { get; init; }

    /// <summary>Its name; the type's if left out.</summary>
    public required string Name { get; init; }

    /// <summary>Globs of the types of records.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Where the engine is.</summary>
    public required string ServerUrl { get; init; }

    /// <summary>A certificate and its key for TLS with etcd, and that of the authority; PEM files.</summary>
    public string? CertificatePath { get; init; }

    /// <inheritdoc cref="CertificatePath"/>
    public string? CertificateKeyPath { get; init; }

    /// <inheritdoc cref="CertificatePath"/>
    public string? CertificateCaPath { get; init; }

    public bool Holds(string model) => Models.Any(glob => Regex.IsMatch(model, $"^{Regex.Escape(glob).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal)}$"));

    /// <summary>What may be shown to others.</summary>
    public JsonObject Shown() => new()
    {
        ["type"] = Type,
        ["name"] = Name,
        ["server_url"] = SecretFreeUrl.Of(ServerUrl),
        ["certificate_path"] = CertificatePath,
        ["certificate_key_path"] = CertificateKeyPath,
        ["certificate_ca_path"] = CertificateCaPath,
        ["models"] = new JsonArray([.. Models.Select(m => JsonValue.Create(m))]),
    };

    /// <summary>Reads <c>storage_handlers</c>, one object or a list of them.</summary>
    /// <param name="handlers">The member of the configuration, or null.</param>
    /// <param name="embedded">The store where none is named.</param>
    /// <exception cref="UserErrorException">One is wrong.</exception>
    public static IReadOnlyList<HandlerOptions> Read(JsonNode? handlers, string embedded)
    {
        if (handlers is null)
            return [new HandlerOptions { Type = embedded.Split(':')[0], Name = "default", Models = ["*"], ServerUrl = embedded }];
        return [.. (handlers is JsonArray list ? list.AsEnumerable() : [handlers]).Select((entry, i) => ReadOne(entry, $"storage_handlers[{i}]", embedded))];
    }

    private static HandlerOptions ReadOne(JsonNode? entry, string where, string embedded)
    {
        if (entry is not JsonObject members)
            throw new UserErrorException($"{where} is {entry?.ToJsonString() ?? "null"}; it must be an object such as {{\"type\": \"etcd\", \"server_url\": \"http://127.0.0.1:2379\", \"models\": [\"*\"]}}");
        string? Text(string name) => members[name] switch
        {
            null => null,
            JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
            var other => throw new UserErrorException($"{where}.{name} is {other.ToJsonString()}; it must be a string"),
        };
        // Commissaire names a module, such as commissaire.storage.etcd.
        var type = Text("type")?.Split('.')[^1] ?? throw new UserErrorException($"{where} has no type; give sqlite, redis or etcd");
        var url = Text("server_url") ?? type switch
        {
            "sqlite" => embedded,
            "redis" => "redis://127.0.0.1:6379/0",
            "etcd" => "http://127.0.0.1:2379",
            _ => throw new UserErrorException($"{where}.type is {type}; it must be sqlite, redis or etcd"),
        };
        return new HandlerOptions
        {
            Type = type,
            Name = Text("name") ?? type,
            Models = members["models"] is null ? ["*"] : members["models"] is JsonArray models && models.All(m => m?.GetValueKind() == JsonValueKind.String)
                ? [.. models.Select(m => m!.GetValue<string>())] : throw new UserErrorException($"{where}.models is {members["models"]!.ToJsonString()}; it must be a list of strings"),
            ServerUrl = url,
            CertificatePath = Text("certificate_path"),
            CertificateKeyPath = Text("certificate_key_path"),
            CertificateCaPath = Text("certificate_ca_path"),
        };
    }
}
