using Hutch.Store;

namespace Hutch.Fleet.Storage;

/// <summary>Keeps records in a store of the project: SQLite or Redis.</summary>
internal sealed class StoreEngine(IStore store) : IRecordEngine
{
    public Task<string?> GetAsync(string key, CancellationToken cancel) => store.GetTextAsync(key, cancel);

    public Task SetAsync(string key, string text, CancellationToken cancel) => store.SetTextAsync(key, text, cancel: cancel);

    public Task<bool> DeleteAsync(string key, CancellationToken cancel) => store.DeleteAsync(key, cancel);

    public async Task<IReadOnlyList<KeyValuePair<string, string>>> ListAsync(string prefix, CancellationToken cancel)
    {
        var keys = await store.KeysAsync(prefix + "*", cancel).ConfigureAwait(false);
        var texts = await Task.WhenAll(keys.Select(key => store.GetTextAsync(key, cancel))).ConfigureAwait(false);
        // One that was deleted meanwhile is not there.
        return [.. keys.Zip(texts).Where(pair => pair.Second is not null).Select(pair => KeyValuePair.Create(pair.First, pair.Second!))];
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
