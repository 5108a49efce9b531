namespace Hutch.Bus.Transports.Memory;

/// <summary>
/// Takes messages from a queue and runs the handler on the thread pool: up to Concurrency handlers at once, and never
/// more than Prefetch messages unacknowledged.
/// </summary>
internal sealed class MemoryConsumer(
    MemoryQueue queue, ConsumeOptions options, MessageHandler handler, TransportCounters counters, Action<MemoryConsumer> left)
    : IAsyncDisposable, IThreadPoolWorkItem
{
    private readonly HashSet<MemoryDelivery> _unacknowledged = [];
    private readonly Lock _gate = new();
    private int _running;
    private bool _stopped;
    private TaskCompletionSource? _idle;

    public MemoryQueue Queue { get; } = queue;

    /// <summary>
    /// Whether a message can be taken now. Read without the lock, by the queue: a pump looks into the queue again after it
    /// has ended, so a message that met a stale answer is not left behind.
    /// </summary>
    public bool CanTake =>
        !Volatile.Read(ref _stopped)
        && Volatile.Read(ref _running) < options.Concurrency
        && (options.NoAck || _unacknowledged.Count < options.Prefetch);

    public void Start()
    {
        Queue.Add(this);
        for (var i = 0; i < options.Concurrency; i++)
            Wake();
    }

    /// <summary>Whether messages are handed over on the thread that sends them.</summary>
    public bool IsInline => options.Inline && !Volatile.Read(ref _stopped);

    /// <summary>Hands a message over on this thread.</summary>
    public void Handle(MemoryMessage message)
    {
        var delivery = new MemoryDelivery(this, message, redelivered: false);
        delivery.SettleAtOnce();
        counters.CountDelivered(redelivered: false);
        try
        {
            var handled = handler(delivery);
            if (!handled.IsCompletedSuccessfully)
                counters.CountHandlerError();
        }
        catch (Exception)
        {
            counters.CountHandlerError();
        }
    }

    public void WakeIfIdle()
    {
        if (CanTake)
            Wake();
    }

    /// <summary>Starts one more pump if there is room for one.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            if (!CanTake)
                return;
            _running++;
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>As a lost connection does it: what is not acknowledged goes back and is delivered again.</summary>
    public async Task RestartAsync()
    {
        await StopAsync(left: null);
        _stopped = false;
        Start();
    }

    public async ValueTask DisposeAsync() => await StopAsync(left);

    public void Execute() => _ = PumpAsync();

    public void Settled(MemoryDelivery delivery)
    {
        bool wasFull;
        lock (_gate)
        {
            wasFull = _unacknowledged.Count >= options.Prefetch;
            if (!_unacknowledged.Remove(delivery))
                counters.CountStaleAcknowledgement();
        }
        // The consumer may be idle because it held all it may hold.
        if (wasFull && !Queue.IsEmpty)
            Wake();
    }

    private async Task PumpAsync()
    {
        while (TakeNext() is { } delivery)
        {
            counters.CountDelivered(delivery.Redelivered);
            try
            {
                await handler(delivery);
            }
            catch (Exception)
            {
                counters.CountHandlerError();
                await delivery.RejectAsync(requeue: false);
            }
        }
    }

    /// <summary>The next message, or null when the pump must end: it has then left the count of running pumps.</summary>
    private MemoryDelivery? TakeNext()
    {
        while (true)
        {
            lock (_gate)
            {
                var room = !_stopped && (options.NoAck || _unacknowledged.Count < options.Prefetch);
                if (room && Queue.TryTake(out var message, out var redelivered))
                {
                    if (message.IsExpired)
                    {
                        counters.CountExpired();
                        continue;
                    }
                    var delivery = new MemoryDelivery(this, message, redelivered);
                    if (options.NoAck)
                        delivery.SettleAtOnce();
                    else
                        _unacknowledged.Add(delivery);
                    return delivery;
                }
                _running--;
                if (_running == 0)
                    _idle?.TrySetResult();
            }
            // A message, or room for one, may have come between the look into the queue and the end of this pump.
            if (Queue.IsEmpty)
                return null;
            lock (_gate)
            {
                if (!CanTake)
                    return null;
                _running++;
            }
        }
    }

    private async Task StopAsync(Action<MemoryConsumer>? left)
    {
        Task idle = Task.CompletedTask;
        lock (_gate)
        {
            if (_stopped)
                return;
            _stopped = true;
            if (_running > 0)
            {
                _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                idle = _idle.Task;
            }
        }
        await idle;
        MemoryDelivery[] back;
        lock (_gate)
        {
            back = [.. _unacknowledged];
            _unacknowledged.Clear();
        }
        foreach (var delivery in back)
            Queue.Enqueue(delivery.Message, redelivered: true);
        Queue.Remove(this);
        left?.Invoke(this);
    }
}
