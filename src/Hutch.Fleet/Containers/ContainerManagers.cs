using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hutch.Bus.Methods;
using Hutch.Fleet.Containers.Engines;
using Hutch.Fleet.Containers.Kubernetes;
using Hutch.Fleet.Containers.Systemd;
using Hutch.Fleet.Containers.Trivial;
using Hutch.Fleet.Records;
using Hutch.Fleet.Secrets;
using Hutch.Fleet.Ssh;
using Hutch.Fleet.Storage;

namespace Hutch.Fleet.Containers;

/// <summary>
/// The container managers that there are: those of the configuration, and the records. A record is looked at on every call, so that a change holds at once
/// and in all processes; what was made of it is kept as long as it stays the same.
/// </summary>
internal sealed class ContainerManagers(IReadOnlyDictionary<string, ContainerManagerConfig> configured, StorageClient records, SecretSeal seal, SshOptions ssh) : IDisposable
{
    private static readonly JsonSerializerOptions Strict = new(BusJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    private readonly ConcurrentDictionary<string, (string Config, IContainerManager Manager)> _made = new();

    /// <summary>All, those of the configuration first, without secrets.</summary>
    public async Task<IReadOnlyList<ContainerManagerConfig>> ListAsync(CancellationToken cancel)
    {
        var recorded = await records.ListAsync<ContainerManagerConfig>(cancel).ConfigureAwait(false);
        return [.. configured.Values.Select(Masked), .. recorded.Where(r => !configured.ContainsKey(r.Name))];
    }

    /// <summary>The one with a name.</summary>
    /// <exception cref="UserErrorException">There is none, or its options are wrong.</exception>
    public async Task<IContainerManager> GetAsync(string name, CancellationToken cancel)
    {
        var config = configured.GetValueOrDefault(name) ?? await records.FindAsync<ContainerManagerConfig>(name, cancel).ConfigureAwait(false) ?? throw await UnknownAsync(name, cancel).ConfigureAwait(false);
        var text = JsonSerializer.Serialize(config, BusJson.Options);
        if (_made.TryGetValue(name, out var made) && made.Config == text)
            return made.Manager;
        var manager = Make(config);
        // The old one is not disposed: a call may be under way with it. It holds nothing but idle connections.
        _made[name] = (text, manager);
        return manager;
    }

    /// <summary>Reads <c>container_handlers</c> of a configuration as Commissaire has it: one object or a list, each with name, handler (or type) and options.</summary>
    /// <exception cref="UserErrorException">One is wrong.</exception>
    public static IReadOnlyDictionary<string, ContainerManagerConfig> Read(JsonNode? handlers)
    {
        var found = new Dictionary<string, ContainerManagerConfig>();
        var list = handlers switch { null => [], JsonArray many => [.. many], var one => (List<JsonNode?>)[one] };
        for (var i = 0; i < list.Count; i++)
        {
            var where = $"container_handlers[{i}]";
            var members = list[i] as JsonObject ?? throw new UserErrorException($"{where} is not an object; write one such as {{\"name\": \"k\", \"handler\": \"kubernetes\", \"server_url\": \"https://10.0.0.5:6443\"}}");
            string Text(string member) => members[member] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";
            // Commissaire names a module, such as commissaire.containermgr.kubernetes.
            var (name, type) = (Text("name"), (Text("handler") is { Length: > 0 } handler ? handler : Text("type")).Split('.')[^1]);
            if (name.Length == 0 || type.Length == 0)
                throw new UserErrorException($"{where} has no {(name.Length == 0 ? "name" : "handler")}; write one such as {{\"name\": \"k\", \"handler\": \"kubernetes\", \"server_url\": \"https://10.0.0.5:6443\"}}");
            var options = members["options"] as JsonObject ?? new JsonObject(members.Where(m => m.Key is not ("name" or "handler" or "type")).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())));
            var record = RecordTypes.Of<ContainerManagerConfig>().Read(JsonSerializer.SerializeToElement(new { name, type, options = options.DeepClone() }));
            if (!found.TryAdd(name, record.Deserialize<ContainerManagerConfig>(BusJson.Options)!))
                throw new UserErrorException($"{where}: there is another one named {name}");
        }
        return found;
    }

    public void Dispose()
    {
        foreach (var (_, manager) in _made.Values)
            manager.Dispose();
        _made.Clear();
    }

    private static ContainerManagerConfig Masked(ContainerManagerConfig config) =>
        RecordSecrets.Mask(RecordTypes.Of<ContainerManagerConfig>(), JsonSerializer.SerializeToNode(config, BusJson.Options)!.AsObject()).Deserialize<ContainerManagerConfig>(BusJson.Options)!;

    private IContainerManager Make(ContainerManagerConfig config)
    {
        var open = JsonSerializer.SerializeToNode(config, BusJson.Options)!.AsObject();
        RecordSecrets.Open(RecordTypes.Of<ContainerManagerConfig>(), open, seal);
        var options = open["options"]!.AsObject();
        var nodes = new ManagedNodes(records, config.Name);
        return config.Type switch
        {
            "kubernetes" or "openshift" => new KubernetesManager(config.Name, Options<KubernetesOptions>(config, options), nodes),
            "podman" or "docker" => new EngineManager(config.Name, config.Type, Options<EngineOptions>(config, options), nodes),
            "systemd" => new SystemdManager(config.Name, Options<SystemdOptions>(config, options), nodes, records, new SshRoutes(records, seal), ssh),
            "trivial" => new TrivialManager(config.Name, nodes),
            var type => throw new UserErrorException($"container manager {config.Name} is of type {type}, which this service does not support"),
        };
    }

    private static T Options<T>(ContainerManagerConfig config, JsonObject options)
    {
        try
        {
            return options.Deserialize<T>(Strict)!;
        }
        catch (JsonException error)
        {
            throw new UserErrorException($"container manager {config.Name} of type {config.Type}: options{error.Path?.TrimStart('$')}: {error.Message.Split(" Path:")[0]}; " +
                $"its options are {string.Join(", ", typeof(T).GetProperties().Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name)))}", error);
        }
    }

    private async Task<UserErrorException> UnknownAsync(string name, CancellationToken cancel)
    {
        var names = string.Join(", ", (await ListAsync(cancel).ConfigureAwait(false)).Select(m => m.Name));
        return new UserErrorException($"'{name}' is not a container manager; there {(names.Length == 0 ? "is none" : $"are {names}")}; add one to container_handlers of the configuration, or save a record: hutch call storage.save '{{\"model_type_name\": \"ContainerManagerConfig\", \"model_json_data\": {{\"name\": \"{name}\", \"type\": \"podman\"}}}}'");
    }
}
