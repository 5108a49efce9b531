using System.Collections.Concurrent;

namespace Hutch.Bus.Transports.Memory;

/// <summary>A queue: messages that wait, and the consumers that take them in turn.</summary>
internal sealed class MemoryQueue(QueueDeclaration declaration, object owner)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<MemoryMessage> _returned = [];
    private readonly ConcurrentQueue<MemoryMessage> _messages = new();
    private volatile MemoryConsumer[] _consumers = [];
    private volatile int _returnedCount;
    private int _next;

    public QueueDeclaration Declaration { get; } = declaration;

    public object Owner { get; } = owner;

    public int ConsumerCount => _consumers.Length;

    public long Count => _messages.Count + _returnedCount;

    /// <summary>The consumer that takes messages on the thread that sends them, or null.</summary>
    public MemoryConsumer? Inline => _consumers is [{ IsInline: true } inline] ? inline : null;

    public bool IsEmpty => _returnedCount == 0 && _messages.IsEmpty;

    public void Enqueue(MemoryMessage message, bool redelivered)
    {
        if (Inline is { } inline)
        {
            inline.Handle(message.Exchange, message.RoutingKey, message.Properties, message.Body);
            return;
        }
        var consumers = _consumers;
        if (redelivered)
        {
            lock (_gate)
            {
                _returned.AddLast(message);
                _returnedCount++;
            }
        }
        else
        {
            _messages.Enqueue(message);
        }
        // A pump that ends looks into the queue once more; either it sees this message, or we see that it has ended.
        Interlocked.MemoryBarrier();
        if (consumers.Length == 1)
            consumers[0].WakeIfIdle();
        else if (consumers.Length > 1)
            NextWaiting(consumers)?.WakeIfIdle();
    }

    public bool TryTake(out MemoryMessage message, out bool redelivered)
    {
        redelivered = false;
        if (_returnedCount > 0)
        {
            lock (_gate)
            {
                if (_returned.First is { } first)
                {
                    _returned.RemoveFirst();
                    _returnedCount--;
                    (message, redelivered) = (first.Value, true);
                    return true;
                }
            }
        }
        return _messages.TryDequeue(out message!);
    }

    public void Add(MemoryConsumer consumer)
    {
        lock (_gate)
            _consumers = [.. _consumers, consumer];
    }

    public void Remove(MemoryConsumer consumer)
    {
        MemoryConsumer[] others;
        lock (_gate)
            _consumers = others = [.. _consumers.Where(c => c != consumer)];
        foreach (var other in others)
            other.Wake();
    }

    // In turn, as RabbitMQ does: work spreads evenly, and flows around a consumer that has all it may hold.
    private MemoryConsumer? NextWaiting(MemoryConsumer[] consumers)
    {
        var start = (uint)Interlocked.Increment(ref _next);
        for (var i = 0u; i < consumers.Length; i++)
        {
            var consumer = consumers[(start + i) % (uint)consumers.Length];
            if (consumer.CanTake)
                return consumer;
        }
        return null;
    }
}
