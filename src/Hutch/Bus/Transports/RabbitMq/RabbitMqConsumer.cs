using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Hutch.Bus.Transports.RabbitMq;

/// <summary>
/// A subscription to a queue, on a channel of its own. It is attached to a connection, and to the next one when that is
/// lost; a channel that the broker closes, or a consumer that it cancels, is made again.
/// </summary>
internal sealed class RabbitMqConsumer(
    RabbitMqTransport transport, string queue, ConsumeOptions options, MessageHandler handler) : IBrokerConsumer<RabbitMqLink>
{
    private readonly ILogger _logger = transport.Logger;
    private readonly SemaphoreSlim _attaching = new(1, 1);
    private Attachment? _attachment;
    private volatile bool _stopped;
    private int _inHand;
    private TaskCompletionSource? _idle;

    public string Queue => queue;

    public async Task AttachAsync(RabbitMqLink link, CancellationToken cancel)
    {
        await _attaching.WaitAsync(cancel);
        try
        {
            if (_stopped || (_attachment is { } present && present.Link == link && present.Channel.IsOpen))
                return;
            var channel = await link.OpenChannelAsync(options.Concurrency, cancel);
            if (!options.NoAck)
                await channel.BasicQosAsync(0, options.Prefetch, global: false, cancel);
            var attachment = new Attachment(this, link, channel);
            channel.ChannelShutdownAsync += attachment.OnShutdownAsync;
            attachment.Tag = await channel.BasicConsumeAsync(queue, options.NoAck, attachment, cancel);
            _attachment = attachment;
        }
        finally
        {
            _attaching.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        transport.Forget(this);
        Attachment? attachment;
        await _attaching.WaitAsync();
        try
        {
            if (_stopped)
                return;
            _stopped = true;
            attachment = _attachment;
        }
        finally
        {
            _attaching.Release();
        }
        if (attachment is { Channel.IsOpen: true })
        {
            try
            {
                await attachment.Channel.BasicCancelAsync(attachment.Tag);
            }
            catch (Exception error)
            {
                _logger.LogDebug(error, "bus {Address}: cancelling the consumer of {Queue}", transport.Address, queue);
            }
        }
        await WaitForHandlersAsync();
        if (attachment is not null)
            await attachment.CloseAsync(_logger);
    }

    private async Task WaitForHandlersAsync()
    {
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _idle, idle);
        if (Volatile.Read(ref _inHand) == 0)
            return;
        await idle.Task;
    }

    private async Task HandleAsync(RabbitMqDelivery delivery)
    {
        Interlocked.Increment(ref _inHand);
        try
        {
            if (_stopped)
            {
                await delivery.RejectAsync(requeue: true);
                return;
            }
            transport.Counters.CountDelivered(delivery.Redelivered);
            await handler(delivery);
        }
        catch (Exception error)
        {
            transport.Counters.CountHandlerError();
            _logger.LogError(error, "bus {Address}: the handler of queue {Queue} threw; the message is dropped", transport.Address, queue);
            await delivery.RejectAsync(requeue: false);
        }
        finally
        {
            if (Interlocked.Decrement(ref _inHand) == 0)
                Volatile.Read(ref _idle)?.TrySetResult();
        }
    }

    private async Task ReattachAsync(Attachment lost, string reason)
    {
        if (_stopped || lost != _attachment || !lost.Link.IsOpen)
            return;
        _logger.LogWarning("bus {Address}: the consumer of queue {Queue} was cancelled by the broker ({Reason}); consuming again", transport.Address, queue, reason);
        try
        {
            await lost.CloseAsync(_logger);
            await AttachAsync(lost.Link, CancellationToken.None);
        }
        catch (Exception error)
        {
            // E.g. the queue was deleted: a new connection declares it again.
            lost.Link.Drop($"queue {queue} cannot be consumed: {error.Message}");
        }
    }

    /// <summary>The consumer on one channel.</summary>
    private sealed class Attachment(RabbitMqConsumer owner, RabbitMqLink link, IChannel channel) : IAsyncBasicConsumer
    {
        public RabbitMqLink Link => link;

        public IChannel Channel => channel;

        IChannel? IAsyncBasicConsumer.Channel => channel;

        public string Tag { get; set; } = "";

        public Task HandleBasicDeliverAsync(
            string consumerTag,
            ulong deliveryTag,
            bool redelivered,
            string exchange,
            string routingKey,
            IReadOnlyBasicProperties properties,
            ReadOnlyMemory<byte> body,
            CancellationToken cancellationToken = default) =>
            owner.HandleAsync(new RabbitMqDelivery(channel, options: owner.Options, owner.Transport, deliveryTag)
            {
                Exchange = exchange,
                RoutingKey = routingKey,
                Queue = owner.Queue,
                Properties = PropertyCodec.Read(properties),
                // The library takes the memory back after the call.
                Body = body.ToArray(),
                Redelivered = redelivered,
            });

        public Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
        {
            _ = Task.Run(() => owner.ReattachAsync(this, "basic.cancel: was the queue deleted?"), CancellationToken.None);
            return Task.CompletedTask;
        }

        public Task HandleBasicCancelOkAsync(string consumerTag, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason) => Task.CompletedTask;

        public Task OnShutdownAsync(object sender, ShutdownEventArgs reason)
        {
            if (reason.Initiator != ShutdownInitiator.Application)
                _ = Task.Run(() => owner.ReattachAsync(this, reason.ReplyText));
            return Task.CompletedTask;
        }

        public async Task CloseAsync(ILogger logger)
        {
            try
            {
                await channel.DisposeAsync();
            }
            catch (Exception error)
            {
                logger.LogDebug(error, "closing a channel");
            }
        }
    }

    private ConsumeOptions Options => options;

    private RabbitMqTransport Transport => transport;
}
