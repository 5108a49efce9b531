using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Hutch.Bus.Transports.RabbitMq;

/// <summary>
/// A connection to RabbitMQ. It reconnects by a loop of its own and not by the client library's recovery: that one begins
/// only after a first success (a service may start before its broker), cannot be told to give up a connection that is
/// open but silent, and hands acknowledgements of an old connection to the new one.
/// </summary>
internal sealed class RabbitMqTransport : ReconnectingTransport<RabbitMqLink>, ITransport
{
    /// <summary>Begins to connect; returns at once.</summary>
    public RabbitMqTransport(BusUrl url, ILogger? logger = null)
        : base(url, logger) => Begin();

    public Task DeleteQueueAsync(string queue, CancellationToken cancel = default)
    {
        Topology.RemoveQueue(queue);
        return AskAsync($"queue {queue}", channel => channel.QueueDeleteAsync(queue, false, false, false, cancel), cancel);
    }

    public Task DeleteExchangeAsync(string exchange, CancellationToken cancel = default)
    {
        Topology.RemoveExchange(exchange);
        return AskAsync(
            $"exchange {exchange}",
            async channel =>
            {
                await channel.ExchangeDeleteAsync(exchange, false, false, cancel);
                return 0;
            },
            cancel);
    }

    public async Task<long> CountMessagesAsync(string queue, CancellationToken cancel = default) =>
        (await AskAsync($"queue {queue}", channel => channel.QueueDeclarePassiveAsync(queue, cancel), cancel)).MessageCount;

    public ValueTask PublishAsync(
        string exchange,
        string routingKey,
        MessageProperties properties,
        ReadOnlyMemory<byte> body,
        PublishMode mode = PublishMode.Plain,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(properties);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Counters.CountPublished();
        if (OpenLink is not { } link || mode.HasFlag(PublishMode.Confirmed))
            return PublishWhenConnectedAsync(exchange, routingKey, properties, body, mode, cancel);
        var sent = link.PublishAsync(exchange, routingKey, mode, properties, body, cancel);
        return sent.IsCompletedSuccessfully ? sent : FinishPublishAsync(sent, exchange, routingKey, properties, body, mode, cancel);
    }

    public async Task<IAsyncDisposable> ConsumeAsync(string queue, ConsumeOptions options, MessageHandler handler, CancellationToken cancel = default)
    {
        var consumer = new RabbitMqConsumer(this, queue, options, handler);
        await AddConsumerAsync(consumer, queue, cancel);
        return consumer;
    }

    protected override Task<RabbitMqLink> OpenAsync(CancellationToken cancel) => RabbitMqLink.OpenAsync(Url, this, cancel);

    // The channel of an operation closes for a refusal (403 to 406); everything else means that the connection went.
    protected override bool IsLost(Exception error) =>
        WasNotSent(error) || error is IOException or OperationCanceledException
        || error is OperationInterruptedException { ShutdownReason: null or { ReplyCode: not (403 or 404 or 405 or 406) } };

    protected override Exception Explain(Exception error, string what) =>
        error is OperationInterruptedException { ShutdownReason: { } reason }
            ? new UserErrorException($"the broker refused {what}: {reason.ReplyText}", error)
            : error;

    // Beside these, a plain publish can only be interrupted while its channel is opened: nothing else in it waits for the broker.
    private static bool WasNotSent(Exception error) => error is AlreadyClosedException or ObjectDisposedException or ChannelClosedException;

    private Task<T> AskAsync<T>(string what, Func<IChannel, Task<T>> question, CancellationToken cancel) =>
        DoAsync(what, link => link.AskAsync(question, cancel), cancel);

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
        catch (Exception error) when (WasNotSent(error) || error is OperationInterruptedException)
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
            catch (Exception error) when (!cancel.IsCancellationRequested && (confirmed ? IsLost(error) : WasNotSent(error) || error is OperationInterruptedException))
            {
                await Task.Delay(10, cancel);
            }
        }
    }
}
