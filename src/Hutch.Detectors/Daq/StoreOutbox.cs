using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Hutch.Services;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Daq;

/// <summary>
/// Appends to streams of a store in order, each entry once, and keeps entries while the store is unavailable. Who gives it something
/// never waits.
/// </summary>
public sealed class StoreOutbox : AsyncService
{
    /// <summary>Entries kept while the store is unavailable: more than a day of statuses at one a second. Then the oldest are dropped, and counted.</summary>
    public const int Capacity = 100_000;

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly IStore _store;
    private readonly ConcurrentQueue<Letter> _letters = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Dictionary<string, StreamId> _last = [];
    private volatile bool _away;

    /// <summary>Makes an outbox; it sends after its start.</summary>
    public StoreOutbox(IStore store, ILogger? logger = null)
        : base("store-outbox", logger) => _store = store;

    /// <summary>Entries that wait.</summary>
    public int Waiting => _letters.Count;

    /// <summary>Whether the store did not answer when it was last tried.</summary>
    public bool IsAway => _away;

    /// <summary>Entries that were dropped because too many waited.</summary>
    public long Dropped { get; private set; }

    /// <summary>Adds an entry of one field <c>json</c>.</summary>
    /// <returns>Its id, once it is in the store.</returns>
    public Task<StreamId> Post(string stream, JsonNode? json, StreamLimit? limit = null)
    {
        var letter = new Letter(stream, json?.ToJsonString() ?? "null", limit);
        if (_letters.Count >= Capacity && _letters.TryDequeue(out var oldest))
        {
            oldest.Stored.TrySetCanceled();
            if (Dropped++ == 0)
                Logger.LogError("store {Address} has been unavailable for too long: from now on, the oldest of {Capacity} entries are dropped", _store.Address, Capacity);
        }
        _letters.Enqueue(letter);
        _arrived.Release();
        return letter.Stored.Task;
    }

    /// <inheritdoc/>
    protected override async Task<TimeSpan?> IterateAsync(CancellationToken stop)
    {
        if (!await _arrived.WaitAsync(TimeSpan.FromSeconds(1), stop).ConfigureAwait(false))
            return null;
        while (_letters.TryPeek(out var letter))
        {
            // What was begun is ended: an entry whose fate is not known might come twice.
            if (!await TrySendAsync(letter, CancellationToken.None).ConfigureAwait(false))
            {
                await Task.Delay(RetryPause, stop).ConfigureAwait(false);
                continue;
            }
            _letters.TryDequeue(out _);
            Beat();
        }
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        // What was said last, such as that all has ended, is worth a short wait.
        using var patience = new CancellationTokenSource(Patience);
        while (_letters.TryPeek(out var letter) && !patience.IsCancellationRequested)
        {
            if (TrySendAsync(letter, patience.Token).GetAwaiter().GetResult())
                _letters.TryDequeue(out _);
            else
                break;
        }
        if (!_letters.IsEmpty)
            Logger.LogWarning("{Count} entries did not reach the store {Address}", _letters.Count, _store.Address);
    }

    private async Task<bool> TrySendAsync(Letter letter, CancellationToken cancel)
    {
        try
        {
            var id = await FindAsync(letter, cancel).ConfigureAwait(false)
                ?? await _store.AppendAsync(letter.Stream, [new StoreField(StoreText.JsonField, letter.Json)], limit: letter.Limit, cancel: cancel).ConfigureAwait(false);
            _last[letter.Stream] = id;
            letter.Stored.TrySetResult(id);
            if (_away)
                Logger.LogInformation("store {Address} is available again; {Count} entries waited", _store.Address, _letters.Count);
            _away = false;
            return true;
        }
        catch (StoreException error)
        {
            letter.Tried = true;
            if (!_away)
                Logger.LogWarning("{Message} Entries wait until the store is available", error.Message);
            _away = true;
            return false;
        }
        catch (OperationCanceledException)
        {
            letter.Tried = true;
            return false;
        }
    }

    // A try that failed may have been done all the same; then it stands after what was known to be the last.
    private async Task<StreamId?> FindAsync(Letter letter, CancellationToken cancel)
    {
        if (!letter.Tried || !_last.TryGetValue(letter.Stream, out var last))
            return null;
        var entries = await _store.RangeAsync(letter.Stream, last.Next, StreamId.Max, cancel: cancel).ConfigureAwait(false);
        return entries.FirstOrDefault(e => e.Text(StoreText.JsonField) == letter.Json)?.Id;
    }

    private sealed class Letter(string stream, string json, StreamLimit? limit)
    {
        public string Stream { get; } = stream;

        public string Json { get; } = json;

        public StreamLimit? Limit { get; } = limit;

        public bool Tried { get; set; }

        public TaskCompletionSource<StreamId> Stored { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
