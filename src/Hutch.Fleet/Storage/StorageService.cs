using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Bus.Transports;
using Hutch.Fleet.Records;
using Hutch.Fleet.Secrets;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Storage;

/// <summary>
/// The records of the fleet on the bus, under the method names, parameters and results of Commissaire's storage service:
/// <c>hutch call storage.list '{"model_type_name": "Hosts"}'</c>. Every change is published as <c>notify.storage.CLASS.EVENT</c>.
/// </summary>
[BusError(typeof(UserErrorException))]
[BusError(typeof(StoreException))]
internal sealed class StorageService : BusService
{
    private static readonly MessageProperties Notification = new()
    {
        ContentType = "application/json",
        ContentEncoding = "utf-8",
        Headers = new Dictionary<string, object?>(),
        DeliveryMode = 1,
        Priority = 0,
    };

    private readonly Func<RecordHandlers> _open;
    private readonly SecretSeal _seal;
    private readonly bool _plainSecrets;
    private RecordHandlers? _handlers;

    /// <summary>Makes the service.</summary>
    /// <param name="url">The bus.</param>
    /// <param name="bus">How it takes part in it.</param>
    /// <param name="open">Opens the engines, when the service starts.</param>
    /// <param name="seal">Seals secrets.</param>
    /// <param name="plainSecrets">Whether <c>get</c> gives secrets as they are, for Commissaire's own services, and not sealed.</param>
    /// <param name="logger">Where it logs.</param>
    public StorageService(string url, BusOptions bus, Func<RecordHandlers> open, SecretSeal seal, bool plainSecrets, ILogger? logger = null)
        : base(url, new ServeOptions { Name = "storage" }, bus, logger)
    {
        (_open, _seal, _plainSecrets) = (open, seal, plainSecrets);
    }

    /// <summary>Saves a record, or a list of them, and returns the same as saved. Attributes that are not given stay as they are stored.</summary>
    /// <param name="modelTypeName">The type, such as Host.</param>
    /// <param name="modelJsonData">The record, its JSON as text, or a list of either. All are checked before one is stored.</param>
    /// <param name="existingOnly">Makes no new record: one that is not there is an error, and is left out of a list.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<JsonNode> OnSave(string modelTypeName, JsonElement modelJsonData, bool existingOnly = false, CancellationToken cancel = default)
    {
        var type = RecordTypes.Find(modelTypeName);
        var records = Read(type, modelJsonData);
        var saved = new List<JsonObject>();
        foreach (var given in records)
        {
            if (await SaveAsync(type, given, existingOnly, cancel) is { } record)
                saved.Add(record);
            else if (modelJsonData.ValueKind != JsonValueKind.Array)
                throw NotFound(type, type.KeyOf(given));
        }
        return InTheForm(modelJsonData, saved);
    }

    /// <summary>Finds a record, or a list of them, by key.</summary>
    /// <param name="modelTypeName">The type, such as Host.</param>
    /// <param name="modelJsonData">An object with the key; or a list.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<JsonNode> OnGet(string modelTypeName, JsonElement modelJsonData, CancellationToken cancel)
    {
        var type = RecordTypes.Find(modelTypeName);
        var found = new List<JsonObject>();
        foreach (var given in Read(type, modelJsonData))
            found.Add(Given(type, await Handlers.For(type).FindAsync(type, type.KeyOf(given), cancel) ?? throw NotFound(type, type.KeyOf(given))));
        return InTheForm(modelJsonData, found);
    }

    /// <summary>Deletes a record, or a list of them, by key.</summary>
    /// <param name="modelTypeName">The type, such as Host.</param>
    /// <param name="modelJsonData">An object with the key; or a list.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task OnDelete(string modelTypeName, JsonElement modelJsonData, CancellationToken cancel)
    {
        var type = RecordTypes.Find(modelTypeName);
        foreach (var given in Read(type, modelJsonData))
        {
            var key = type.KeyOf(given);
            var record = await Handlers.For(type).FindAsync(type, key, cancel);
            if (record is null || !await Handlers.For(type).DeleteAsync(type, key, cancel))
                throw NotFound(type, key);
            await NotifyAsync(type, record, "deleted", cancel);
        }
    }

    /// <summary>All records of a type. Secrets are stars.</summary>
    /// <param name="modelTypeName">The list, such as Hosts.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<JsonArray> OnList(string modelTypeName, CancellationToken cancel)
    {
        var type = RecordTypes.FindList(modelTypeName);
        var records = await Handlers.For(type).ListAsync(type, cancel);
        return new JsonArray([.. records.Select(r => RecordSecrets.Mask(type, r))]);
    }

    /// <summary>The store handlers with what each holds.</summary>
    public JsonArray OnListStoreHandlers() => new([.. Handlers.All.Select(handler => new JsonObject
    {
        ["handler_type"] = $"{char.ToUpperInvariant(handler.Options.Type[0])}{handler.Options.Type[1..]}StoreHandler",
        ["config"] = handler.Options.Shown(),
        ["model_types"] = new JsonArray([.. handler.Types.Select(t => JsonValue.Create(t.Name))]),
    })]);

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        _handlers = _open();
        base.OnStarting();
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        base.OnStopped();
        _handlers?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _handlers = null;
    }

    private RecordHandlers Handlers => _handlers ?? throw new InvalidOperationException("storage is not started");

    private async Task<JsonObject?> SaveAsync(RecordType type, JsonObject given, bool existingOnly, CancellationToken cancel)
    {
        var stored = await Handlers.For(type).FindAsync(type, type.KeyOf(given), cancel);
        if (stored is null && existingOnly)
            return null;
        RecordSecrets.Seal(type, given, stored, _seal);
        var record = type.Complete(given, stored);
        await Handlers.For(type).SaveAsync(type, record, cancel);
        await NotifyAsync(type, record, stored is null ? "created" : "updated", cancel);
        return Given(type, record);
    }

    private static List<JsonObject> Read(RecordType type, JsonElement data) =>
        data.ValueKind == JsonValueKind.Array ? [.. data.EnumerateArray().Select(type.Read)] : [type.Read(data)];

    private static JsonNode InTheForm(JsonElement asked, List<JsonObject> records) => asked.ValueKind == JsonValueKind.Array ? new JsonArray([.. records]) : records[0];

    private JsonObject Given(RecordType type, JsonObject record)
    {
        if (_plainSecrets)
            RecordSecrets.Open(type, record, _seal);
        return record;
    }

    private static StorageLookupException NotFound(RecordType type, string key) =>
        new($"Key not found : {type.StoreKey(key)}", new { model_json_data = new[] { type.Reference(key) }, model_type_name = type.Name });

    private ValueTask NotifyAsync(RecordType type, JsonObject record, string change, CancellationToken cancel)
    {
        if (!type.IsAnnounced)
            return default;
        var message = new JsonObject { ["event"] = change, ["class"] = type.Name, ["model"] = RecordSecrets.Mask(type, type.Safe(record)) };
        return Bus.Transport.PublishAsync(Bus.Exchange, $"notify.storage.{type.Name}.{change}", Notification, Encoding.UTF8.GetBytes(message.ToJsonString()), PublishMode.Plain, cancel);
    }
}
