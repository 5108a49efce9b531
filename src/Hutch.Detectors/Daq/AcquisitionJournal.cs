using Hutch.Acquisitions;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Detectors.Acquisitions;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Daq;

/// <summary>
/// The acquisition under way, in the store: noted before its writers make their files, cleared when its end is in the log. A driver that
/// finds one when it starts knows that its predecessor died, and resumes the acquisition or ends it.
/// </summary>
public sealed class AcquisitionJournal(IStore store, ILogger? logger = null)
{
    // An acquisition is not held up by a store that is away; it is only not known to a successor then.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // The end of an acquisition and the beginning of the next may come together: neither may undo the other.
    private readonly Lock _order = new();
    private Task _last = Task.CompletedTask;

    /// <summary>Notes the acquisition that is about to begin.</summary>
    public async Task NoteAsync(RunningAcquisition running)
    {
        try
        {
            await InTurn(() => store.SetAsync(DaqKeys.Running, JsonSerializer.SerializeToUtf8Bytes(running))).WaitAsync(Patience).ConfigureAwait(false);
        }
        catch (Exception error) when (error is StoreException or TimeoutException)
        {
            logger?.LogWarning("the acquisition of {File} is not recorded in store {Address}, which is unavailable: if this process dies now, the log will miss its end",
                running.Info.OutputFile, store.Address);
        }
    }

    /// <summary>Removes an acquisition once its end is in the log. If the store is unavailable, the next start does it.</summary>
    /// <param name="startTime">When it began, in seconds since 1970; one that was noted later is another one.</param>
    public async Task ForgetAsync(double startTime)
    {
        try
        {
            await InTurn(() => ClearAsync(startTime)).WaitAsync(Patience).ConfigureAwait(false);
        }
        catch (Exception error) when (error is StoreException or TimeoutException)
        {
            logger?.LogWarning("{Key} stays in store {Address}, which is unavailable; the next start clears it", DaqKeys.Running, store.Address);
        }
    }

    /// <summary>The acquisition that a driver that died has left; null when there is none.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async Task<RunningAcquisition?> FindInterruptedAsync()
    {
        var running = await ReadAsync().ConfigureAwait(false);
        if (running is null || !await HasEndedAsync(running).ConfigureAwait(false))
            return running;
        // It died between the last note of the log and this one.
        await store.DeleteAsync(DaqKeys.Running).ConfigureAwait(false);
        return null;
    }

    /// <summary>The acquisition that ended last; null if there is none, or the store is unavailable.</summary>
    public async Task<Acquisition?> FindLastAsync()
    {
        try
        {
            return await LastRecordAsync().WaitAsync(Patience).ConfigureAwait(false) is { } record ? AcquisitionRecord.Read(record) : null;
        }
        catch (Exception error) when (error is StoreException or TimeoutException or JsonException)
        {
            logger?.LogWarning("the status starts without the last acquisition: {Reason}", error.Message);
            return null;
        }
    }

    private async Task ClearAsync(double startTime)
    {
        if (await ReadAsync().ConfigureAwait(false) is { } running && running.StartTime <= startTime)
            await store.DeleteAsync(DaqKeys.Running).ConfigureAwait(false);
    }

    private Task InTurn(Func<Task> change)
    {
        lock (_order)
            return _last = AfterAsync(_last, change);
    }

    private static async Task AfterAsync(Task previous, Func<Task> change)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await change().ConfigureAwait(false);
    }

    private async Task<RunningAcquisition?> ReadAsync()
    {
        if (await store.GetAsync(DaqKeys.Running).ConfigureAwait(false) is not { } json)
            return null;
        try
        {
            return JsonSerializer.Deserialize<RunningAcquisition>(json);
        }
        catch (JsonException error)
        {
            logger?.LogWarning("{Key} of store {Address} is not an acquisition and is ignored ({Reason}): {Text}", DaqKeys.Running, store.Address, error.Message, Encoding.UTF8.GetString(json));
            return null;
        }
    }

    private async Task<bool> HasEndedAsync(RunningAcquisition running) =>
        await LastRecordAsync().ConfigureAwait(false) is { } record
        && (ulong?)record["info"]?["run_id"] == running.Info.RunId && (double?)record["stats"]?["stop_time"] >= running.StartTime;

    private async Task<JsonObject?> LastRecordAsync()
    {
        var newest = await store.RangeAsync(DaqKeys.Acquisitions, StreamId.Zero, StreamId.Max, count: 1, newestFirst: true).ConfigureAwait(false);
        return newest is [var last] ? JsonNode.Parse(last.Text(StoreText.JsonField) ?? "null") as JsonObject : null;
    }
}
