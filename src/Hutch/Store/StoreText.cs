using System.Text;
using System.Text.Json.Nodes;

namespace Hutch.Store;

/// <summary>Text and JSON in a store.</summary>
public static class StoreText
{
    /// <summary>The field under which streams of the platform carry JSON text.</summary>
    public const string JsonField = "json";

    /// <summary>The value of a plain key as UTF-8 text, or null when there is none.</summary>
    public static async Task<string?> GetTextAsync(this IStore store, string key, CancellationToken cancel = default) =>
        await store.GetAsync(key, cancel).ConfigureAwait(false) is { } value ? Encoding.UTF8.GetString(value) : null;

    /// <summary>Sets a plain key to a string in UTF-8.</summary>
    public static Task SetTextAsync(this IStore store, string key, string value, TimeSpan? expiry = null, CancellationToken cancel = default) =>
        store.SetAsync(key, Encoding.UTF8.GetBytes(value), expiry, cancel);

    /// <summary>Appends a JSON value under the field <see cref="JsonField"/>.</summary>
    public static Task<StreamId> AppendJsonAsync(this IStore store, string stream, JsonNode? value, StreamId? id = null, StreamLimit? limit = null, CancellationToken cancel = default) =>
        store.AppendAsync(stream, [new StoreField(JsonField, value?.ToJsonString() ?? "null")], id, limit, cancel);

    /// <summary>The newest entries of a stream, newest first.</summary>
    public static Task<IReadOnlyList<StreamEntry>> NewestAsync(this IStore store, string stream, int count = 1, CancellationToken cancel = default) =>
        store.RangeAsync(stream, StreamId.Zero, StreamId.Max, count, newestFirst: true, cancel);
}
