using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Bus.Methods;
using Hutch.Bus.Transports;
using Hutch.Fleet.Records;

namespace Hutch.Fleet.Storage;

/// <summary>The records of the fleet, for those who use them: calls of the storage service on a bus, and its notifications.</summary>
public sealed class StorageClient(IBus bus)
{
    /// <summary>The record with a key.</summary>
    /// <exception cref="StorageLookupException">There is none.</exception>
    public async Task<T> GetAsync<T>(string key, CancellationToken cancel = default)
        where T : IRecord
    {
        var type = RecordTypes.Of<T>();
        return Read<T>(await bus.CallAsync("storage.get", Parameters(type.Name, type.Reference(key)), cancel: cancel).ConfigureAwait(false));
    }

    /// <summary>The record with a key, or null.</summary>
    public async Task<T?> FindAsync<T>(string key, CancellationToken cancel = default)
        where T : class, IRecord
    {
        try
        {
            return await GetAsync<T>(key, cancel).ConfigureAwait(false);
        }
        catch (StorageLookupException)
        {
            return null;
        }
    }

    /// <summary>All records of a type, in the order of their keys. Secrets are stars.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(CancellationToken cancel = default)
        where T : IRecord
    {
        var list = await bus.CallAsync("storage.list", new JsonObject { ["model_type_name"] = RecordTypes.Of<T>().ListName }, cancel: cancel).ConfigureAwait(false);
        return [.. list.EnumerateArray().Select(Read<T>)];
    }

    /// <summary>Saves a whole record, and returns it as saved.</summary>
    public Task<T> SaveAsync<T>(T record, CancellationToken cancel = default)
        where T : IRecord => UpdateAsync<T>(record, cancel);

    /// <summary>Saves some attributes of a record, which it creates if necessary; the others stay.</summary>
    /// <param name="attributes">An object with the key and those attributes.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task<T> UpdateAsync<T>(object attributes, CancellationToken cancel = default)
        where T : IRecord => UpdateAsync<T>(attributes, existingOnly: false, cancel);

    /// <summary>Saves some attributes of a record; the others stay.</summary>
    /// <param name="attributes">An object with the key and those attributes.</param>
    /// <param name="existingOnly">Does not make a record that is not there.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="StorageLookupException">There is none, and none may be created.</exception>
    public async Task<T> UpdateAsync<T>(object attributes, bool existingOnly, CancellationToken cancel = default)
        where T : IRecord => Read<T>(await bus.CallAsync("storage.save", Parameters(RecordTypes.Of<T>().Name, Write(attributes), existingOnly), cancel: cancel).ConfigureAwait(false));

    /// <summary>Saves some attributes of many records in one call; missing ones are skipped.</summary>
    public Task UpdateManyAsync<T>(IEnumerable<object> attributes, CancellationToken cancel = default)
        where T : IRecord => bus.CallAsync("storage.save", Parameters(RecordTypes.Of<T>().Name, new JsonArray([.. attributes.Select(Write)]), existingOnly: true), cancel: cancel);

    /// <summary>Deletes a record.</summary>
    /// <exception cref="StorageLookupException">There is none.</exception>
    public Task DeleteAsync<T>(string key, CancellationToken cancel = default)
        where T : IRecord
    {
        var type = RecordTypes.Of<T>();
        return bus.CallAsync("storage.delete", Parameters(type.Name, type.Reference(key)), cancel: cancel);
    }

    /// <summary>Calls a handler after each change of a record of a type, until what is returned is disposed.</summary>
    /// <param name="handler">Gets the event (created, updated, deleted) and the record without what is hidden or secret; it must not throw.</param>
    /// <param name="cancel">Ends the wait for the broker.</param>
    public async Task<IAsyncDisposable> ListenAsync<T>(Func<string, T, ValueTask> handler, CancellationToken cancel = default)
        where T : IRecord
    {
        var transport = bus.Transport;
        await transport.DeclareExchangeAsync(new ExchangeDeclaration(bus.Exchange, ExchangeType.Topic, Durable: true), cancel).ConfigureAwait(false);
        var queue = await transport.DeclareQueueAsync(new QueueDeclaration("", Exclusive: true, AutoDelete: true), cancel).ConfigureAwait(false);
        await transport.BindAsync(queue, bus.Exchange, $"notify.storage.{RecordTypes.Of<T>().Name}.*", cancel).ConfigureAwait(false);
        return await transport.ConsumeAsync(queue, new ConsumeOptions { NoAck = true }, delivery =>
        {
            var notification = JsonElement.Parse(delivery.Body.Span);
            return handler(notification.GetProperty("event").GetString()!, Read<T>(notification.GetProperty("model")));
        }, cancel).ConfigureAwait(false);
    }

    // What is Hutch's own is said only where it is needed, for a deployed service would refuse it.
    private static JsonObject Parameters(string type, JsonNode data, bool existingOnly = false)
    {
        var parameters = new JsonObject { ["model_type_name"] = type, ["model_json_data"] = data };
        if (existingOnly)
            parameters["existing_only"] = true;
        return parameters;
    }

    private static JsonNode Write(object value) => value as JsonNode ?? JsonSerializer.SerializeToNode(value, value.GetType(), BusJson.Options)!;

    private static T Read<T>(JsonElement record) => record.Deserialize<T>(BusJson.Options)!;
}
