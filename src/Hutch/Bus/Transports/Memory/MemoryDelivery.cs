using System.Diagnostics.CodeAnalysis;

namespace Hutch.Bus.Transports.Memory;

/// <summary>A message in a queue in memory, from its sending to its acknowledgement.</summary>
internal sealed class MemoryDelivery : Delivery
{
    private const int InHand = 0;
    private const int Open = 1;
    private const int Done = 2;

    private readonly long _deadline;
    private MemoryConsumer? _consumer;
    private int _place;

    /// <summary>Puts a message into the form in which it waits.</summary>
    [SetsRequiredMembers]
    public MemoryDelivery(string queue, string exchange, string routingKey, MessageProperties properties, byte[] body)
    {
        (Queue, Exchange, RoutingKey, Properties, Body) = (queue, exchange, routingKey, properties, body);
        _deadline = properties.Expiration is { } limit ? Environment.TickCount64 + (long)limit.TotalMilliseconds : long.MaxValue;
    }

    /// <summary>Makes the same message ready to be delivered once more.</summary>
    [SetsRequiredMembers]
    public MemoryDelivery(MemoryDelivery before)
    {
        (Queue, Exchange, RoutingKey, Properties, Body, Redelivered) = (before.Queue, before.Exchange, before.RoutingKey, before.Properties, before.Body, true);
        _deadline = before._deadline;
    }

    /// <summary>Whether it is of no more use.</summary>
    public bool IsExpired => _deadline != long.MaxValue && Environment.TickCount64 > _deadline;

    /// <summary>Notes who took it and waits for its acknowledgement; nobody does with null.</summary>
    public void TakenBy(MemoryConsumer? consumer) => _consumer = consumer;

    /// <summary>Notes that it is settled.</summary>
    /// <returns>False if its handler had returned before: the consumer keeps it in a list then.</returns>
    public bool TakeFromHand() => Interlocked.Exchange(ref _place, Done) == InHand;

    /// <summary>Notes that its handler has returned.</summary>
    /// <returns>False if it is settled.</returns>
    public bool LeaveHand() => Interlocked.CompareExchange(ref _place, Open, InHand) == InHand;

    protected override ValueTask AcknowledgeAsync()
    {
        _consumer?.Settled(this);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask RefuseAsync(bool requeue)
    {
        if (_consumer is { } consumer)
        {
            if (requeue)
                consumer.Queue.Return(this);
            consumer.Settled(this);
        }
        return ValueTask.CompletedTask;
    }
}
