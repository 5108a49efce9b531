namespace Hutch.Bus.Transports.Memory;

/// <summary>
/// A connection to a broker inside the process. All transports with one URL (<c>memory://name</c>) share one broker,
/// which behaves as RabbitMQ does; nothing survives the process.
/// </summary>
internal sealed class MemoryTransport : ITransport
{
    private readonly MemoryBroker _broker;
    private readonly Lock _gate = new();
    private readonly List<MemoryConsumer> _consumers = [];
    private readonly List<string> _exclusive = [];
    private bool _disposed;

    /// <summary>Connects to the broker of that name, making it if it is the first.</summary>
    public MemoryTransport(BusUrl url)
    {
        ArgumentNullException.ThrowIfNull(url);
        _broker = MemoryBroker.Named(url.Host);
        Address = url.Address;
        Counters.CountConnect();
    }

    public string Address { get; }

    public bool IsConnected => !_disposed;

    public string? Trouble => null;

    public TransportCounters Counters { get; } = new();

    public event Action<ConnectionChange>? ConnectionChanged;

    public event Action<ReturnedMessage>? Returned;

    public Task ConnectAsync(CancellationToken cancel = default) => Task.CompletedTask;

    public Task DeclareExchangeAsync(ExchangeDeclaration exchange, CancellationToken cancel = default)
    {
        _broker.Declare(exchange);
        return Task.CompletedTask;
    }

    public Task<string> DeclareQueueAsync(QueueDeclaration queue, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        if (queue.Name.Length == 0)
            queue = queue with { Name = Guid.NewGuid().ToString() };
        _broker.Declare(queue, this);
        if (queue.Exclusive)
        {
            lock (_gate)
                _exclusive.Add(queue.Name);
        }
        return Task.FromResult(queue.Name);
    }

    public Task BindAsync(string queue, string exchange, string routingKey, CancellationToken cancel = default)
    {
        _broker.Bind(queue, exchange, routingKey);
        return Task.CompletedTask;
    }

    public Task DeleteQueueAsync(string queue, CancellationToken cancel = default)
    {
        _broker.DeleteQueue(queue);
        return Task.CompletedTask;
    }

    public Task DeleteExchangeAsync(string exchange, CancellationToken cancel = default)
    {
        _broker.DeleteExchange(exchange);
        return Task.CompletedTask;
    }

    public Task<long> CountMessagesAsync(string queue, CancellationToken cancel = default) => Task.FromResult(_broker.Queue(queue).Count);

    public ValueTask PublishAsync(
        string exchange,
        string routingKey,
        MessageProperties properties,
        ReadOnlyMemory<byte> body,
        PublishMode mode = PublishMode.Plain,
        CancellationToken cancel = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Counters.CountPublished();
        var queues = _broker.Route(exchange, routingKey);
        if (queues is [{ Inline: { } inline }])
        {
            inline.Handle(exchange, routingKey, properties, body);
            return ValueTask.CompletedTask;
        }
        var kept = body.ToArray();
        foreach (var queue in queues)
            queue.Enqueue(exchange, routingKey, properties, kept);
        if (queues.Length == 0 && mode.HasFlag(PublishMode.Mandatory))
        {
            Counters.CountReturned();
            Returned?.Invoke(new ReturnedMessage(exchange, routingKey, properties, kept));
        }
        return ValueTask.CompletedTask;
    }

    public Task<IAsyncDisposable> ConsumeAsync(string queue, ConsumeOptions options, MessageHandler handler, CancellationToken cancel = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var consumer = new MemoryConsumer(_broker.Queue(queue), options, handler, Counters, RemoveConsumer);
        lock (_gate)
            _consumers.Add(consumer);
        consumer.Start();
        return Task.FromResult<IAsyncDisposable>(consumer);
    }

    public async Task ReconnectAsync(string reason)
    {
        ConnectionChanged?.Invoke(new ConnectionChange(false, reason));
        foreach (var consumer in Consumers())
            await consumer.RestartAsync();
        Counters.CountConnect();
        ConnectionChanged?.Invoke(new ConnectionChange(true, ""));
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        foreach (var consumer in Consumers())
            await consumer.DisposeAsync();
        _disposed = true;
        foreach (var queue in _exclusive)
            _broker.DeleteQueue(queue);
    }

    private MemoryConsumer[] Consumers()
    {
        lock (_gate)
            return [.. _consumers];
    }

    private void RemoveConsumer(MemoryConsumer consumer)
    {
        lock (_gate)
            _consumers.Remove(consumer);
        _broker.Left(consumer.Queue);
    }
}
