namespace Hutch.Bus.Requests;

/// <summary>
/// Keeps what was said of the latest requests, and waits for their completion. Feed it every status; safe for use by
/// several threads.
/// </summary>
public sealed class StatusAggregator
{
    private readonly int _capacity;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private readonly LinkedList<string> _ages = [];

    /// <summary>Makes an aggregator.</summary>
    /// <param name="capacity">How many requests are kept; the oldest go first, but not those that are waited for. Default 100, std-daq's.</param>
    public StatusAggregator(int capacity = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
    }

    /// <summary>Called after each status, on the thread that added it.</summary>
    public event Action<RequestProgress>? Changed;

    /// <summary>What is known of the latest requests, oldest first.</summary>
    public IReadOnlyList<RequestProgress> Requests
    {
        get
        {
            lock (_gate)
                return [.. _ages.Select(id => _entries[id].Progress).OfType<RequestProgress>()];
        }
    }

    /// <summary>What is known of a request, or null.</summary>
    public RequestProgress? Find(string requestId)
    {
        lock (_gate)
            return _entries.GetValueOrDefault(requestId)?.Progress;
    }

    /// <summary>Adds what a service said.</summary>
    public void Add(RequestStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        RequestProgress progress;
        TaskCompletionSource? changed;
        lock (_gate)
        {
            var entry = EntryOf(status.RequestId);
            progress = (entry.Progress ?? new RequestProgress { RequestId = status.RequestId, Body = status.Body }).With(status);
            entry.Progress = progress;
            changed = entry.NextChange;
            entry.NextChange = null;
            Shrink();
        }
        changed?.SetResult();
        Changed?.Invoke(progress);
    }

    /// <summary>
    /// Waits until a request is complete, also when it was complete before the call.
    /// </summary>
    /// <param name="requestId">The request's id; it need not be known yet.</param>
    /// <param name="timeout">How long to wait. Default: 10 s, std-daq's.</param>
    /// <param name="services">
    /// The services that must have finished with it. Without them the request is complete when every service that was
    /// heard of it has finished, which may be before a post-processing service first reports.
    /// </param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="TimeoutException">The request did not complete in time; the message says what is known.</exception>
    public async Task<RequestProgress> WaitForCompletionAsync(
        string requestId, TimeSpan? timeout = null, IReadOnlyCollection<string>? services = null, CancellationToken cancel = default)
    {
        var limit = timeout ?? TimeSpan.FromSeconds(10);
        using var patience = new CancellationTokenSource(limit);
        using var link = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        Entry entry;
        lock (_gate)
        {
            entry = EntryOf(requestId);
            entry.Waiters++;
        }
        try
        {
            while (true)
            {
                Task changed;
                lock (_gate)
                {
                    if (entry.Progress is { } progress && (services is { Count: > 0 } ? progress.IsCompleteFor(services) : progress.IsComplete))
                        return progress;
                    entry.NextChange ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    changed = entry.NextChange.Task;
                }
                await changed.WaitAsync(link.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"request {requestId} did not complete in {limit.TotalSeconds:0.###} s: {Describe(entry.Progress)}");
        }
        finally
        {
            lock (_gate)
            {
                entry.Waiters--;
                if (entry is { Waiters: 0, Progress: null } && _entries.Remove(requestId))
                    _ages.Remove(requestId);
                Shrink();
            }
        }
    }

    private static string Describe(RequestProgress? progress) => progress is null
        ? "no service has reported on it"
        : string.Join(", ", progress.Services.Select(s => $"{s.Key} said {s.Value[^1].ActionName}"));

    private Entry EntryOf(string requestId)
    {
        if (!_entries.TryGetValue(requestId, out var entry))
        {
            _entries.Add(requestId, entry = new Entry());
            _ages.AddLast(requestId);
        }
        return entry;
    }

    private void Shrink()
    {
        for (var oldest = _ages.First; oldest is not null && _ages.Count > _capacity;)
        {
            var next = oldest.Next;
            if (_entries[oldest.Value].Waiters == 0)
            {
                _entries.Remove(oldest.Value);
                _ages.Remove(oldest);
            }
            oldest = next;
        }
    }

    private sealed class Entry
    {
        public RequestProgress? Progress { get; set; }

        public int Waiters { get; set; }

        public TaskCompletionSource? NextChange { get; set; }
    }
}
