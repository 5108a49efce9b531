using System.Globalization;
using Hutch.Epics.ChannelAccess;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Buffering;

public sealed partial class PvBuffer
{
    private const long AliveInterval = 1000;
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(3);

    private readonly List<QueuedEntry> _inHand = [];
    private bool _sentBefore;
    private long _stored;
    private long _pulsesRefused;
    private long _aliveAt;
    private bool _away;

    /// <summary>Since when, in nanoseconds since 1970, values are missing because no buffer of this name ran; null if that is not known.</summary>
    private long? UnknownSince { get; set; }

    private string AliveKey => $"epics_buffer:{ServiceName}:alive";

    /// <summary>Sends what waits, at most a batch.</summary>
    /// <returns>False if the store did not answer; then the same batch is next.</returns>
    private async Task<bool> StoreAsync(CancellationToken cancel)
    {
        if (_inHand.Count == 0)
        {
            Queue.Take(_inHand, LargestBatch);
            _sentBefore = false;
        }
        // However this ends, by a loss of the store or by a stop, the batch may be there when it is sent again.
        var before = _sentBefore;
        _sentBefore = true;
        try
        {
            var ids = await _store.AppendManyAsync([.. _inHand.Select(e => e.Entry)], cancel).ConfigureAwait(false);
            await SettleAsync(ids, before, cancel).ConfigureAwait(false);
        }
        catch (StoreUnavailableException error)
        {
            if (!_away)
                Logger.LogWarning("{Service}: {Message} Values wait in memory, at most {Limit} MB of them", ServiceName, error.Message, Options.QueueMemory >> 20);
            _away = true;
            return false;
        }
        catch (StoreException error)
        {
            // A key that holds something else: it must not hold up all other PVs.
            Logger.LogError("{Service}: {Message}", ServiceName, error.Message);
            await StoreEachAsync(cancel).ConfigureAwait(false);
        }
        if (_away)
            Logger.LogInformation("{Service}: the store is available again; {Waiting} entries are waiting, {Lost} are lost", ServiceName, Queue.Count, Queue.Lost);
        _away = false;
        _inHand.Clear();
        return true;
    }

    private async Task SettleAsync(IReadOnlyList<StreamId?> ids, bool sentBefore, CancellationToken cancel)
    {
        List<StreamAppend> refused = ids.Contains(null) ? [.. _inHand.Where((_, i) => ids[i] is null).Select(e => e.Entry)] : [];
        if (sentBefore && refused.Count > 0)
        {
            // What is refused the second time was stored the first time, unless its id was refused for its own sake.
            var isThere = await Task.WhenAll(refused.Select(e => IsThereAsync(e, cancel))).ConfigureAwait(false);
            refused = [.. refused.Where((_, i) => !isThere[i])];
        }
        var pulses = refused.FindAll(e => e.Stream == BufferRecord.Pulses);
        // The store's last id is in our future: another clock. Its own id is then the best there is.
        if (refused.Count > pulses.Count)
            _ = await _store.AppendManyAsync([.. refused.Where(e => e.Stream != BufferRecord.Pulses).Select(e => e with { Id = null })], cancel).ConfigureAwait(false);
        pulses.ForEach(RefusePulse);
        Interlocked.Add(ref _stored, ids.Count - pulses.Count);
    }

    private async Task<bool> IsThereAsync(StreamAppend entry, CancellationToken cancel) =>
        entry.Id is { } id && (await _store.RangeAsync(entry.Stream, id, id, count: 1, cancel: cancel).ConfigureAwait(false)).Count > 0;

    private void RefusePulse(StreamAppend entry)
    {
        if (Interlocked.Increment(ref _pulsesRefused) == 1)
            Logger.LogWarning("{Service}: pulse id {Pulse} did not increase and is refused; further ones are only counted", ServiceName, entry.Id?.Milliseconds);
    }

    private async Task StoreEachAsync(CancellationToken cancel)
    {
        foreach (var queued in _inHand)
        {
            try
            {
                _ = await _store.AppendManyAsync([queued.Entry], cancel).ConfigureAwait(false);
                Interlocked.Increment(ref _stored);
            }
            catch (StoreException)
            {
                queued.Pv?.CountLost(queued.Entry.Id);
            }
        }
    }

    // What the last events are must be known to the next buffer of this name, which marks the time between as a gap.
    private async Task KeepAliveAsync(CancellationToken cancel)
    {
        if (_away || Environment.TickCount64 - _aliveAt < AliveInterval)
            return;
        _aliveAt = Environment.TickCount64;
        try
        {
            await _store.SetTextAsync(AliveKey, EpicsTime.Now.ToString(CultureInfo.InvariantCulture), cancel: cancel).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // The next entries tell that it is away.
        }
    }

    private async Task<long?> LastAliveAsync(CancellationToken cancel)
    {
        try
        {
            return long.TryParse(await _store.GetTextAsync(AliveKey, cancel).ConfigureAwait(false), CultureInfo.InvariantCulture, out var time) ? time : null;
        }
        catch (StoreException error)
        {
            Logger.LogWarning("{Service}: {Message}", ServiceName, error.Message);
            return null;
        }
    }

    private async Task FinishAsync()
    {
        using var patience = new CancellationTokenSource(StopPatience);
        try
        {
            while (_inHand.Count + Queue.Count > 0 && await StoreAsync(patience.Token).ConfigureAwait(false))
            {
            }
            if (_inHand.Count + Queue.Count is > 0 and var left)
                Logger.LogError("{Service}: {Count} entries are lost because the store is unavailable", ServiceName, left);
            _aliveAt = 0;
            await KeepAliveAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Logger.LogError("{Service}: {Count} entries are lost because the store is too slow", ServiceName, _inHand.Count + Queue.Count);
        }
        await _store.DisposeAsync().ConfigureAwait(false);
    }
}
