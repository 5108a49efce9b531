using System.Diagnostics.CodeAnalysis;

namespace Hutch.Bus.Transports.Memory;

/// <summary>A message handed out by a queue in memory.</summary>
internal sealed class MemoryDelivery : Delivery
{
    private readonly MemoryConsumer _consumer;
    private bool _noAck;

    [SetsRequiredMembers]
    public MemoryDelivery(MemoryConsumer consumer, MemoryMessage message, bool redelivered)
    {
        _consumer = consumer;
        Message = message;
        Exchange = message.Exchange;
        RoutingKey = message.RoutingKey;
        Queue = consumer.Queue.Declaration.Name;
        Properties = message.Properties;
        Body = message.Body;
        Redelivered = redelivered;
    }

    public MemoryMessage Message { get; }

    /// <summary>The queue does not wait for an acknowledgement.</summary>
    public void SettleAtOnce() => _noAck = true;

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
