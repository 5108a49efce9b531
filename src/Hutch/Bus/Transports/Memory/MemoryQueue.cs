using System.Diagnostics.CodeAnalysis;

namespace Hutch.Bus.Transports.Memory;

/// <summary>A queue: messages that wait, and the consumers that take them in turn.</summary>
internal sealed class MemoryQueue(QueueDeclaration declaration, object owner)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<MemoryDelivery> _returned = [];
    private readonly WaitingMessages _messages = new();
    private volatile MemoryConsumer[] _consumers = [];

    // Whether all consumers handle several messages at once, so that none is promised an order.
    private volatile bool _anyOrder;
    private volatile int _returnedCount;
    private int _next;

    public QueueDeclaration Declaration { get; } = declaration;

    public object Owner { get; } = owner;

    public int ConsumerCount => _consumers.Length;

    public long Count => _messages.Count + _returnedCount;

    /// <summary>The consumer that takes messages on the thread that sends them, or null.</summary>
    public MemoryConsumer? Inline => _consumers is [{ IsInline: true } inline] ? inline : null;

    public bool IsEmpty => _returnedCount == 0 && _messages.IsEmpty;

    public void Enqueue(string exchange, string routingKey, MessageProperties properties, byte[] body)
    {
        if (Inline is { } inline)
        {
            inline.Handle(exchange, routingKey, properties, body);
            return;
        }
        _messages.Add(_anyOrder ? WaitingMessages.OwnRow : 0, new MemoryDelivery(Declaration.Name, exchange, routingKey, properties, body));
        WakeConsumer();
    }

    /// <summary>Takes a message back; it comes before those that were never delivered.</summary>
    public void Return(MemoryDelivery delivery)
    {
        lock (_gate)
        {
            _returned.AddLast(new MemoryDelivery(delivery));
            _returnedCount++;
        }
        WakeConsumer();
    }

    /// <summary>The row that a consumer had better take from for the next so many messages.</summary>
    public int ChooseRow(int count) => _messages.Choose(WaitingMessages.OwnRow, count);

    public bool TryTake(int row, [MaybeNullWhen(false)] out MemoryDelivery delivery)
    {
        if (_returnedCount > 0)
        {
            lock (_gate)
            {
                if (_returned.First is { } first)
                {
                    _returned.RemoveFirst();
                    _returnedCount--;
                    delivery = first.Value;
                    return true;
                }
            }
        }
        return _messages.TryTake(row, out delivery);
    }

    public void Add(MemoryConsumer consumer)
    {
        lock (_gate)
            SetConsumers([.. _consumers, consumer]);
    }

    public void Remove(MemoryConsumer consumer)
    {
        MemoryConsumer[] others;
        lock (_gate)
            SetConsumers(others = [.. _consumers.Where(c => c != consumer)]);
        foreach (var other in others)
            other.Wake();
    }

    private void SetConsumers(MemoryConsumer[] consumers)
    {
        _consumers = consumers;
        _anyOrder = consumers.Length > 0 && Array.TrueForAll(consumers, c => c.Concurrency > 1);
    }

    private void WakeConsumer()
    {
        // A pump that ends looks into the queue once more; either it sees this message, or we see that it has ended.
        Interlocked.MemoryBarrier();
        var consumers = _consumers;
        if (consumers.Length == 1)
            consumers[0].WakeIfIdle();
        else if (consumers.Length > 1)
            NextWaiting(consumers)?.WakeIfIdle();
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
