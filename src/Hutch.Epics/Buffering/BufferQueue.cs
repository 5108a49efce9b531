namespace Hutch.Epics.Buffering;

/// <summary>
/// Entries that wait for the store, up to a limit of memory. While the store is away they gather here; when there is no more room the oldest go, and
/// are counted for their PV and altogether.
/// </summary>
internal sealed class BufferQueue(long limit) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<QueuedEntry> _entries = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private long _bytes;
    private long _lost;
    private bool _signalled;

    /// <summary>Entries that wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>Entries that went because there was no room.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    public void Add(in QueuedEntry entry)
    {
        lock (_gate)
        {
            _entries.Enqueue(entry);
            _bytes += entry.Bytes;
            while (_bytes > limit && _entries.Count > 1 && _entries.TryDequeue(out var oldest))
            {
                _bytes -= oldest.Bytes;
                _lost++;
                oldest.Pv?.CountLost(oldest.Entry.Id);
            }
            if (_signalled)
                return;
            _signalled = true;
        }
        _arrived.Release();
    }

    /// <summary>Waits for entries.</summary>
    /// <returns>False if none came within the time.</returns>
    public Task<bool> WaitAsync(TimeSpan time, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_entries.Count > 0)
                return Task.FromResult(true);
        }
        return _arrived.WaitAsync(time, cancel);
    }

    /// <summary>Takes the oldest entries.</summary>
    public void Take(List<QueuedEntry> batch, int count)
    {
        lock (_gate)
        {
            _signalled = false;
            while (batch.Count < count && _entries.TryDequeue(out var entry))
            {
                _bytes -= entry.Bytes;
                if (entry.Pv?.TakeGap() is { } gap)
                    batch.Add(gap);
                batch.Add(entry);
            }
        }
    }

    public void Dispose() => _arrived.Dispose();
}
