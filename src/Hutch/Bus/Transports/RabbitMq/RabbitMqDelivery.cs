using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Hutch.Bus.Transports.RabbitMq;

/// <summary>A message from RabbitMQ. It is acknowledged on the channel it came on, or not at all: tags do not outlive it.</summary>
internal sealed class RabbitMqDelivery(IChannel channel, ConsumeOptions options, RabbitMqTransport transport, ulong tag) : Delivery
{
    protected override ValueTask AcknowledgeAsync() =>
        options.NoAck ? default : SettleAsync(requeue: null);

    protected override ValueTask RefuseAsync(bool requeue) =>
        options.NoAck ? default : SettleAsync(requeue);

    private async ValueTask SettleAsync(bool? requeue)
    {
        if (!channel.IsOpen)
        {
            transport.Counters.CountStaleAcknowledgement();
            return;
        }
        try
        {
            if (requeue is { } back)
                await channel.BasicRejectAsync(tag, back);
            else
                await channel.BasicAckAsync(tag, multiple: false);
        }
        catch (Exception error) when (error is AlreadyClosedException or IOException or ObjectDisposedException or OperationInterruptedException)
        {
            transport.Counters.CountStaleAcknowledgement();
        }
    }
}
