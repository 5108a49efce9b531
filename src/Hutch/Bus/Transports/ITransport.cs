namespace Hutch.Bus.Transports;

/// <summary>
/// A connection to a message broker: exchanges, queues, bindings, publishing and consuming, with the meaning AMQP 0-9-1
/// gives these words. One contract for RabbitMQ, Redis and the broker in memory.
/// <para>
/// A transport connects automatically and reconnects indefinitely. What was declared, bound and consumed through it is declared,
/// bound and consumed again after a reconnect. Every operation waits for the connection as long as its token allows, so
/// a service may start before its broker.
/// </para>
/// </summary>
public interface ITransport : IAsyncDisposable
{
    /// <summary>Where the broker is, without credentials: for logs and error messages.</summary>
    string Address { get; }

    /// <summary>Whether the broker can be reached now.</summary>
    bool IsConnected { get; }

    /// <summary>Why the broker cannot be reached; null while it can.</summary>
    string? Trouble { get; }

    /// <summary>What was counted since the transport was made.</summary>
    TransportCounters Counters { get; }

    /// <summary>Called after each connect and each loss of the connection, on a thread of the transport; must not block.</summary>
    event Action<ConnectionChange>? ConnectionChanged;

    /// <summary>Called for each mandatory message that reached no queue, on a thread of the transport; must not block.</summary>
    event Action<ReturnedMessage>? Returned;

    /// <summary>Waits until the broker is connected.</summary>
    Task ConnectAsync(CancellationToken cancel = default);

    /// <summary>Declares an exchange. Declaring the same again does nothing.</summary>
    /// <exception cref="UserErrorException">The broker has an exchange of that name with other properties.</exception>
    Task DeclareExchangeAsync(ExchangeDeclaration exchange, CancellationToken cancel = default);

    /// <summary>Declares a queue. Declaring the same again does nothing.</summary>
    /// <returns>The queue's name: the given one, or a fresh one (kept over reconnects) if none was given.</returns>
    /// <exception cref="UserErrorException">The broker has a queue of that name with other properties.</exception>
    Task<string> DeclareQueueAsync(QueueDeclaration queue, CancellationToken cancel = default);

    /// <summary>Binds a queue to an exchange. Binding again does nothing.</summary>
    Task BindAsync(string queue, string exchange, string routingKey, CancellationToken cancel = default);

    /// <summary>Deletes a queue with its messages and bindings; it is no longer declared after a reconnect. A missing queue is not an error.</summary>
    Task DeleteQueueAsync(string queue, CancellationToken cancel = default);

    /// <summary>Deletes an exchange with its bindings; it is no longer declared after a reconnect. A missing exchange is not an error.</summary>
    Task DeleteExchangeAsync(string exchange, CancellationToken cancel = default);

    /// <summary>The number of messages that wait in a queue, not counting those that are delivered and not yet acknowledged.</summary>
    Task<long> CountMessagesAsync(string queue, CancellationToken cancel = default);

    /// <summary>
    /// Sends a message. Unless <see cref="PublishMode.Confirmed"/> is asked for, the message may be lost with the connection.
    /// </summary>
    /// <param name="exchange">The exchange; empty for the default exchange, whose routing key is a queue's name.</param>
    /// <param name="routingKey">The routing key; at most 255 bytes in UTF-8.</param>
    /// <param name="properties">What is sent along with the body.</param>
    /// <param name="body">The body; may be reused when the returned task has ended.</param>
    /// <param name="mode">What to wait for, and whether to hear of a message that reached no queue.</param>
    /// <param name="cancel">Ends the wait for an unavailable broker.</param>
    ValueTask PublishAsync(
        string exchange,
        string routingKey,
        MessageProperties properties,
        ReadOnlyMemory<byte> body,
        PublishMode mode = PublishMode.Plain,
        CancellationToken cancel = default);

    /// <summary>
    /// Starts to deliver the messages of a queue to a handler. Disposing what is returned ends it: no message is handed
    /// out any more, running handlers finish, and messages that were delivered but not started go back to the queue.
    /// </summary>
    Task<IAsyncDisposable> ConsumeAsync(string queue, ConsumeOptions options, MessageHandler handler, CancellationToken cancel = default);

    /// <summary>Gives up the present connection and makes a new one: for a broker that is connected but silent.</summary>
    Task ReconnectAsync(string reason);
}
