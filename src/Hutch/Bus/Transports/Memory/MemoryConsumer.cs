namespace Hutch.Bus.Transports.Memory;

/// <summary>
/// Takes messages from a queue and runs the handler on the thread pool, in up to Concurrency pumps at once. Never are more than Prefetch
/// messages unacknowledged: each pump has one of these in its hands, or room for it; the others are open.
/// </summary>
internal sealed class MemoryConsumer(
    MemoryQueue queue, ConsumeOptions options, MessageHandler handler, TransportCounters counters, Action<MemoryConsumer> left)
    : IAsyncDisposable, IThreadPoolWorkItem
{
    // A pump leaves its thread to others after so many messages. What these messages caused is mostly next on it, and still in its cache.
    private const int Turn = 32;

    // Those whose handler has returned without acknowledging them.
    private readonly HashSet<MemoryDelivery> _open = [];
    private readonly Lock _gate = new();
    private int _openCount;
    private int _running;
    private bool _stopped;
    private TaskCompletionSource? _idle;

    public MemoryQueue Queue { get; } = queue;

    public int Concurrency => options.Concurrency;

    /// <summary>
    /// Whether a message can be taken now. Read without the lock, by the queue: a pump looks into the queue again after it
    /// has ended, so a message that met a stale answer is not left behind.
    /// </summary>
    public bool CanTake =>
        !Volatile.Read(ref _stopped)
        && Volatile.Read(ref _running) < options.Concurrency
        && HasRoomFor(Volatile.Read(ref _running) + 1);

    public void Start()
    {
        Queue.Add(this);
        for (var i = 0; i < options.Concurrency; i++)
            Wake();
    }

    /// <summary>Whether messages are handed over on the thread that sends them.</summary>
    public bool IsInline => options.Inline && !Volatile.Read(ref _stopped);

    /// <summary>Hands a message over on this thread.</summary>
    public void Handle(string exchange, string routingKey, MessageProperties properties, ReadOnlyMemory<byte> body)
    {
        var delivery = new InlineDelivery
        {
            Exchange = exchange,
            RoutingKey = routingKey,
            Queue = Queue.Declaration.Name,
            Properties = properties,
            Body = body,
            Redelivered = false,
        };
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

    /// <summary>A delivery was settled: there is room for one more.</summary>
    public void Settled(MemoryDelivery delivery)
    {
        // Where it is in the hands of a pump, that goes on by itself.
        if (delivery.TakeFromHand())
            return;
        bool isStale;
        lock (_gate)
        {
            isStale = !_open.Remove(delivery);
            _openCount = _open.Count;
        }
        if (isStale)
            counters.CountStaleAcknowledgement();
        else if (!Queue.IsEmpty)
            Wake();
    }

    private async Task PumpAsync()
    {
        var row = Queue.ChooseRow(Turn);
        for (var taken = 0; taken < Turn; taken++)
        {
            if (TakeNext(row) is not { } delivery)
                return;
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
            if (!options.NoAck && !delivery.IsSettled)
                Leave(delivery);
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Leave(MemoryDelivery delivery)
    {
        lock (_gate)
        {
            if (delivery.LeaveHand())
                _open.Add(delivery);
            _openCount = _open.Count;
        }
    }

    /// <summary>The next message, or null when the pump must end: it has then left the count of running pumps.</summary>
    private MemoryDelivery? TakeNext(int row)
    {
        while (true)
        {
            if (!Volatile.Read(ref _stopped) && HasRoomFor(Volatile.Read(ref _running)))
            {
                while (Queue.TryTake(row, out var delivery))
                {
                    if (!delivery.IsExpired)
                    {
                        delivery.TakenBy(options.NoAck ? null : this);
                        return delivery;
                    }
                    counters.CountExpired();
                }
            }
            lock (_gate)
            {
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

    private bool HasRoomFor(int pumps) => options.NoAck || pumps + Volatile.Read(ref _openCount) <= options.Prefetch;

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
            back = [.. _open];
            _open.Clear();
            _openCount = 0;
        }
        foreach (var delivery in back)
            Queue.Return(delivery);
        Queue.Remove(this);
        left?.Invoke(this);
    }
}
