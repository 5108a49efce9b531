using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Store;

namespace Hutch.Acquisitions;

/// <summary>Reads the log of acquisitions and the reports on their files.</summary>
public static class AcquisitionLog
{
    private const int Most = 10_000;

    /// <summary>The newest acquisitions by their ids, the newest first, each with its <c>reports</c>.</summary>
    /// <param name="store">The store.</param>
    /// <param name="count">How many, 0 or more; at most 10000 are returned.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<JsonObject> NewestAsync(IStore store, long count, CancellationToken cancel = default)
    {
        var logs = new JsonObject();
        if (count <= 0)
            return logs;
        foreach (var entry in await store.NewestAsync(DaqKeys.Log, (int)Math.Min(count, Most), cancel).ConfigureAwait(false))
            logs[entry.Id.ToString()] = await WithReportsAsync(store, entry, cancel).ConfigureAwait(false);
        return logs;
    }

    /// <summary>An acquisition of the log with its reports, or null.</summary>
    public static async Task<JsonObject?> FindAsync(IStore store, string id, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (!StreamId.TryParse(id, out var key))
            return null;
        return await store.RangeAsync(DaqKeys.Log, key, key, 1, cancel: cancel).ConfigureAwait(false) is [var entry]
            ? await WithReportsAsync(store, entry, cancel).ConfigureAwait(false)
            : null;
    }

    /// <summary>Whether an acquisition has a report of some kind.</summary>
    public static async Task<bool> HasReportAsync(IStore store, StreamId log, Func<JsonObject, bool> isOfTheKind, CancellationToken cancel = default) =>
        (await ReportsAsync(store, log, cancel).ConfigureAwait(false)).Any(isOfTheKind);

    /// <summary>The JSON object of an entry; an empty one if what is there is none.</summary>
    public static JsonObject ReadObject(StreamEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        try
        {
            return JsonNode.Parse(entry.Text(StoreText.JsonField) ?? "null") as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static async Task<JsonObject> WithReportsAsync(IStore store, StreamEntry entry, CancellationToken cancel)
    {
        var log = ReadObject(entry);
        log["reports"] = new JsonArray([.. await ReportsAsync(store, entry.Id, cancel).ConfigureAwait(false)]);
        return log;
    }

    private static async Task<IEnumerable<JsonObject>> ReportsAsync(IStore store, StreamId log, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(store);
        return (await store.RangeAsync(DaqKeys.Reports(log), StreamId.Zero, StreamId.Max, cancel: cancel).ConfigureAwait(false)).Select(ReadObject);
    }
}
