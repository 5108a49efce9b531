using System.Text.Json.Nodes;
using Hutch.Fleet.Records;

namespace Hutch.Fleet.Storage;

/// <summary>Keeps records of some types in an engine.</summary>
internal sealed class RecordHandler(HandlerOptions options, IReadOnlyList<RecordType> types, IRecordEngine engine) : IAsyncDisposable
{
    public HandlerOptions Options => options;

    public IReadOnlyList<RecordType> Types => types;

    public async Task<JsonObject?> FindAsync(RecordType type, string key, CancellationToken cancel) =>
        await engine.GetAsync(type.StoreKey(key), cancel).ConfigureAwait(false) is { } text ? Parse(type, text) : null;

    public Task SaveAsync(RecordType type, JsonObject record, CancellationToken cancel) => engine.SetAsync(type.StoreKey(type.KeyOf(record)), record.ToJsonString(), cancel);

    public Task<bool> DeleteAsync(RecordType type, string key, CancellationToken cancel) => engine.DeleteAsync(type.StoreKey(key), cancel);

    public async Task<IReadOnlyList<JsonObject>> ListAsync(RecordType type, CancellationToken cancel)
    {
        var found = await engine.ListAsync(type.Prefix, cancel).ConfigureAwait(false);
        return [.. found.Where(pair => type.IsStoreKey(pair.Key)).Select(pair => Parse(type, pair.Value))];
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    // A record of an older version lacks what was added since.
    private static JsonObject Parse(RecordType type, string text) => type.Complete(JsonNode.Parse(text)!.AsObject(), null);
}
