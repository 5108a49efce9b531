using System.Threading.Channels;
using RabbitMQ.Client.Exceptions;

namespace Hutch.Bus.Transports.RabbitMq;

public sealed partial class RabbitMqTransport
{
    /// <inheritdoc/>
    public Task DeclareExchangeAsync(ExchangeDeclaration exchange, CancellationToken cancel = default) => DeclareAsync(exchange, cancel);

    /// <inheritdoc/>
    public async Task<string> DeclareQueueAsync(QueueDeclaration queue, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        // A name of our own, not the broker's: it stays the same when the queue is declared again after a reconnect.
        if (queue.Name.Length == 0)
            queue = queue with { Name = Guid.NewGuid().ToString() };
        await DeclareAsync(queue, cancel);
        return queue.Name;
    }

    /// <inheritdoc/>
    public Task BindAsync(string queue, string exchange, string routingKey, CancellationToken cancel = default) =>
        DeclareAsync(new QueueBinding(queue, exchange, routingKey), cancel);

    /// <inheritdoc/>
    public async Task DeleteQueueAsync(string queue, CancellationToken cancel = default)
    {
        _topology.RemoveQueue(queue);
        await (await LinkAsync(cancel)).AskAsync(channel => channel.QueueDeleteAsync(queue, false, false, false, cancel), cancel);
    }

    /// <inheritdoc/>
    public async Task DeleteExchangeAsync(string exchange, CancellationToken cancel = default)
    {
        _topology.RemoveExchange(exchange);
        await (await LinkAsync(cancel)).AskAsync(
            async channel =>
            {
                await channel.ExchangeDeleteAsync(exchange, false, false, cancel);
                return 0;
            },
            cancel);
    }

    /// <inheritdoc/>
    public async Task<long> CountMessagesAsync(string queue, CancellationToken cancel = default)
    {
        var link = await LinkAsync(cancel);
        return (await link.AskAsync(channel => channel.QueueDeclarePassiveAsync(queue, cancel), cancel)).MessageCount;
    }

    /// <inheritdoc/>
    public ValueTask PublishAsync(
        string exchange,
        string routingKey,
        MessageProperties properties,
        ReadOnlyMemory<byte> body,
        PublishMode mode = PublishMode.Plain,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(properties);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        Counters.CountPublished();
        if (_link is not { IsOpen: true } link || mode.HasFlag(PublishMode.Confirmed))
            return PublishWhenConnectedAsync(exchange, routingKey, properties, body, mode, cancel);
        var sent = link.PublishAsync(exchange, routingKey, mode, properties, body, cancel);
        return sent.IsCompletedSuccessfully ? sent : FinishPublishAsync(sent, exchange, routingKey, properties, body, mode, cancel);
    }

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> ConsumeAsync(string queue, ConsumeOptions options, MessageHandler handler, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(handler);
        var consumer = new RabbitMqConsumer(this, queue, options, handler, _logger);
        while (true)
        {
            var link = await LinkAsync(cancel);
            lock (_gate)
                _consumers.Add(consumer);
            try
            {
                await consumer.AttachAsync(link, cancel);
                return consumer;
            }
            catch (Exception error)
            {
                Forget(consumer);
                if (IsLost(error) && !cancel.IsCancellationRequested)
                    continue;
                throw Explain(error, $"queue {queue}");
            }
        }
    }

    private async Task DeclareAsync(object declaration, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        while (true)
        {
            var link = await LinkAsync(cancel);
            try
            {
                await link.DeclareAsync(declaration, cancel);
                _topology.Add(declaration);
                return;
            }
            catch (Exception error) when (!cancel.IsCancellationRequested)
            {
                if (!IsLost(error))
                    throw Explain(error, declaration.ToString()!);
            }
        }
    }

    private async ValueTask FinishPublishAsync(
        ValueTask sent,
        string exchange,
        string routingKey,
        MessageProperties properties,
        ReadOnlyMemory<byte> body,
        PublishMode mode,
        CancellationToken cancel)
    {
        try
        {
            await sent;
        }
        catch (Exception error) when (WasNotSent(error))
        {
            await PublishWhenConnectedAsync(exchange, routingKey, properties, body, mode, cancel);
        }
    }

    private async ValueTask PublishWhenConnectedAsync(
        string exchange, string routingKey, MessageProperties properties, ReadOnlyMemory<byte> body, PublishMode mode, CancellationToken cancel)
    {
        var confirmed = mode.HasFlag(PublishMode.Confirmed);
        while (true)
        {
            var link = await LinkAsync(cancel);
            try
            {
                if (confirmed)
                    await link.PublishConfirmedAsync(exchange, routingKey, mode, properties, body, cancel);
                else
                    await link.PublishAsync(exchange, routingKey, mode, properties, body, cancel);
                return;
            }
            // A message that was not confirmed when the connection was lost may have arrived: it is sent again, at least once.
            catch (Exception error) when (!cancel.IsCancellationRequested && (confirmed ? IsLost(error) : WasNotSent(error)))
            {
                await Task.Delay(10, cancel);
            }
        }
    }

    private static bool WasNotSent(Exception error) => error is AlreadyClosedException or ObjectDisposedException or ChannelClosedException;

    // The channel of an operation closes for a refusal (404, 405, 406); everything else means that the connection went.
    private static bool IsLost(Exception error) =>
        WasNotSent(error) || error is IOException or OperationCanceledException
        || error is OperationInterruptedException { ShutdownReason: null or { ReplyCode: not (403 or 404 or 405 or 406) } };

    private static Exception Explain(Exception error, string what) =>
        error is OperationInterruptedException { ShutdownReason: { } reason }
            ? new UserErrorException($"the broker refused {what}: {reason.ReplyText}", error)
            : error;
}
