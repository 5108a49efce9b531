using System.Diagnostics.CodeAnalysis;

namespace Hutch.Bus.Transports.Memory;

/// <summary>A message handed out by a queue in memory.</summary>
internal sealed class MemoryDelivery : Delivery
{
    private const int InHand = 0;
    private const int Open = 1;
    private const int Done = 2;

    private readonly MemoryConsumer _consumer;
    private readonly bool _noAck;
    private int _place;

    [SetsRequiredMembers]
    public MemoryDelivery(MemoryConsumer consumer, MemoryMessage message, bool redelivered, bool noAck)
    {
        (_consumer, _noAck) = (consumer, noAck);
        Message = message;
        Exchange = message.Exchange;
        RoutingKey = message.RoutingKey;
        Queue = consumer.Queue.Declaration.Name;
        Properties = message.Properties;
        Body = message.Body;
        Redelivered = redelivered;
    }

    public MemoryMessage Message { get; }

    /// <summary>Notes that it is settled.</summary>
    /// <returns>False if its handler had returned before: the consumer keeps it in a list then.</returns>
    public bool TakeFromHand() => Interlocked.Exchange(ref _place, Done) == InHand;

    /// <summary>Notes that its handler has returned.</summary>
    /// <returns>False if it is settled.</returns>
    public bool LeaveHand() => Interlocked.CompareExchange(ref _place, Open, InHand) == InHand;

    protected override ValueTask AcknowledgeAsync()
    {
        if (!_noAck)
            _consumer.Settled(this);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask RefuseAsync(bool requeue)
    {
        if (_noAck)
            return ValueTask.CompletedTask;
        if (requeue)
            _consumer.Queue.Enqueue(Message, redelivered: true);
        _consumer.Settled(this);
        return ValueTask.CompletedTask;
    }
}
