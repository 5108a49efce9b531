using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Hutch.Bus.Transports.RabbitMq;

/// <summary>One connection from its making to its loss, with the channels on which is published.</summary>
internal sealed class RabbitMqLink : IBrokerLink
{
    private readonly IConnection _connection;
    private readonly RabbitMqTransport _owner;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _opening = new(1, 1);
    private volatile IChannel? _plain;
    private volatile ConfirmedChannel? _confirmed;

    private RabbitMqLink(IConnection connection, RabbitMqTransport owner)
    {
        _connection = connection;
        _owner = owner;
        _logger = owner.Logger;
        connection.ConnectionShutdownAsync += (_, reason) =>
        {
            _lost.TrySetResult(reason.ReplyText);
            return Task.CompletedTask;
        };
    }

    public bool IsOpen => _connection.IsOpen && !_lost.Task.IsCompleted;

    public Task<string> Lost => _lost.Task;

    public static async Task<RabbitMqLink> OpenAsync(BusUrl url, RabbitMqTransport owner, CancellationToken cancel)
    {
        var factory = new ConnectionFactory
        {
            HostName = url.Host,
            Port = url.Port,
            VirtualHost = url.Path,
            UserName = url.User ?? ConnectionFactory.DefaultUser,
            Password = url.Password ?? ConnectionFactory.DefaultPass,
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
            HandshakeContinuationTimeout = TimeSpan.FromSeconds(5),
            ContinuationTimeout = TimeSpan.FromSeconds(10),
            // An exclusive queue stays locked by a dead connection until the broker has missed two of these.
            RequestedHeartbeat = TimeSpan.FromSeconds(5),
            ClientProvidedName = AppDomain.CurrentDomain.FriendlyName,
            // What the broker lets through must not break the connection here: it would be delivered again and again.
            MaxInboundMessageBodySize = 512 * 1024 * 1024,
        };
        if (url.Tls)
            factory.Ssl = new SslOption(url.Host, enabled: true) { CertPath = url.Options.GetValueOrDefault("certificate", "") };
        var connection = await factory.CreateConnectionAsync(cancel);
        return new RabbitMqLink(connection, owner);
    }

    /// <summary>Opens a channel for a consumer.</summary>
    public Task<IChannel> OpenChannelAsync(ushort concurrency, CancellationToken cancel) =>
        _connection.CreateChannelAsync(new CreateChannelOptions(false, false, consumerDispatchConcurrency: concurrency), cancel);

    /// <summary>Asks the broker on a channel of its own, because a refusal closes the channel it came on.</summary>
    public async Task<T> AskAsync<T>(Func<IChannel, Task<T>> question, CancellationToken cancel)
    {
        var channel = await OpenChannelAsync(1, cancel);
        await using (channel)
            return await question(channel);
    }

    public Task DeclareAsync(object declaration, CancellationToken cancel) => AskAsync(
        async channel =>
        {
            switch (declaration)
            {
                case ExchangeDeclaration exchange:
                    await channel.ExchangeDeclareAsync(exchange.Name, TypeName(exchange.Type), exchange.Durable, exchange.AutoDelete, cancellationToken: cancel);
                    break;
                case QueueDeclaration queue:
                    await channel.QueueDeclareAsync(queue.Name, queue.Durable, queue.Exclusive, queue.AutoDelete, cancellationToken: cancel);
                    break;
                case QueueBinding binding:
                    await channel.QueueBindAsync(binding.Queue, binding.Exchange, binding.RoutingKey, cancellationToken: cancel);
                    break;
            }
            return 0;
        },
        cancel);

    public ValueTask PublishAsync(
        string exchange, string routingKey, PublishMode mode, MessageProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancel) =>
        _plain is { IsOpen: true } channel
            ? channel.BasicPublishAsync(exchange, routingKey, mode.HasFlag(PublishMode.Mandatory), PropertyCodec.Write(properties), body, cancel)
            : OpenAndPublishAsync(exchange, routingKey, mode, properties, body, cancel);

    public async Task PublishConfirmedAsync(
        string exchange, string routingKey, PublishMode mode, MessageProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        if (_confirmed is not { IsOpen: true } confirmed)
        {
            await _opening.WaitAsync(cancel);
            try
            {
                if (_confirmed is not { IsOpen: true })
                    _confirmed = new ConfirmedChannel(await OpenPublishChannelAsync(confirms: true, cancel));
                confirmed = _confirmed;
            }
            finally
            {
                _opening.Release();
            }
        }
        await confirmed.PublishAsync(exchange, routingKey, mode.HasFlag(PublishMode.Mandatory), PropertyCodec.Write(properties), body, cancel);
    }

    public void Drop(string reason) => _lost.TrySetResult(reason);

    public async ValueTask DisposeAsync()
    {
        _lost.TrySetResult("closed");
        try
        {
            await _connection.CloseAsync(200, "closed", TimeSpan.FromSeconds(1), abort: true);
            await _connection.DisposeAsync();
            _confirmed?.Dispose();
            _opening.Dispose();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            _logger.LogDebug(error, "closing a connection to the broker");
        }
    }

    private async ValueTask OpenAndPublishAsync(
        string exchange, string routingKey, PublishMode mode, MessageProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        await _opening.WaitAsync(cancel);
        try
        {
            if (_plain is not { IsOpen: true })
                _plain = await OpenPublishChannelAsync(confirms: false, cancel);
        }
        finally
        {
            _opening.Release();
        }
        await _plain.BasicPublishAsync(exchange, routingKey, mode.HasFlag(PublishMode.Mandatory), PropertyCodec.Write(properties), body, cancel);
    }

    private async Task<IChannel> OpenPublishChannelAsync(bool confirms, CancellationToken cancel)
    {
        var channel = await _connection.CreateChannelAsync(new CreateChannelOptions(confirms, publisherConfirmationTrackingEnabled: false), cancel);
        channel.BasicReturnAsync += OnReturned;
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            if (_connection.IsOpen && reason.Initiator != ShutdownInitiator.Application)
                _logger.LogWarning("bus {Address}: a message was refused and the channel closed: {Reason}", _owner.Address, reason.ReplyText);
            return Task.CompletedTask;
        };
        return channel;
    }

    private Task OnReturned(object sender, BasicReturnEventArgs message)
    {
        _owner.OnReturned(new ReturnedMessage(
            message.Exchange, message.RoutingKey, PropertyCodec.Read(message.BasicProperties), message.Body.ToArray()));
        return Task.CompletedTask;
    }

    private static string TypeName(ExchangeType type) => type switch
    {
        ExchangeType.Topic => "topic",
        ExchangeType.Fanout => "fanout",
        _ => "direct",
    };
}
