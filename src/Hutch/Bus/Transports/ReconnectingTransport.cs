using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Bus.Transports;

/// <summary>
/// Keeps a connection to a broker: a loop connects, declares what was declared before, attaches the subscriptions, waits
/// for the loss of the connection and begins again, with pauses that double from 0.1 s to 5 s.
/// </summary>
internal abstract partial class ReconnectingTransport<TLink>(BusUrl url, ILogger? logger) : IAsyncDisposable
    where TLink : class, IBrokerLink
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>How long an end waits for the broker.</summary>
    protected static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly List<IBrokerConsumer<TLink>> _consumers = [];
    private readonly CancellationTokenSource _closing = new();
    private TaskCompletionSource<TLink> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TLink? _link;
    private volatile string? _trouble = "the connection is being established";
    private Task _loop = Task.CompletedTask;
    private int _disposed;

    public string Address => Url.Address;

    public bool IsConnected => OpenLink is not null;

    public string? Trouble => IsConnected ? null : _trouble;

    public TransportCounters Counters { get; } = new();

    public event Action<ConnectionChange>? ConnectionChanged;

    public event Action<ReturnedMessage>? Returned;

    internal BusUrl Url { get; } = url;

    internal ILogger Logger { get; } = logger ?? NullLogger.Instance;

    /// <summary>What is declared again after a reconnect.</summary>
    internal Topology Topology { get; } = new();

    /// <summary>The connection, or null while there is none.</summary>
    protected TLink? OpenLink => _link is { IsOpen: true } link ? link : null;

    protected bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    public Task ConnectAsync(CancellationToken cancel = default) => LinkAsync(cancel).AsTask();

    public Task ReconnectAsync(string reason)
    {
        _link?.Drop(reason);
        return Task.CompletedTask;
    }

    public Task DeclareExchangeAsync(ExchangeDeclaration exchange, CancellationToken cancel = default) => DeclareAsync(exchange, cancel);

    public async Task<string> DeclareQueueAsync(QueueDeclaration queue, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        // A name of our own, not the broker's: it stays the same when the queue is declared again after a reconnect.
        if (queue.Name.Length == 0)
            queue = queue with { Name = Guid.NewGuid().ToString() };
        await DeclareAsync(queue, cancel);
        return queue.Name;
    }

    public Task BindAsync(string queue, string exchange, string routingKey, CancellationToken cancel = default) =>
        DeclareAsync(new QueueBinding(queue, exchange, routingKey), cancel);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        foreach (var consumer in Consumers())
            await consumer.DisposeAsync();
        await BeforeCloseAsync();
        await _closing.CancelAsync();
        await _loop;
        lock (_gate)
            _connected.TrySetException(new ObjectDisposedException(Address));
        _ = _connected.Task.Exception;
        _closing.Dispose();
    }

    internal void OnReturned(ReturnedMessage message)
    {
        Counters.CountReturned();
        Returned?.Invoke(message);
    }

    internal void Forget(IBrokerConsumer<TLink> consumer)
    {
        lock (_gate)
            _consumers.Remove(consumer);
    }

    internal bool HasConsumer(Func<IBrokerConsumer<TLink>, bool> condition) => Consumers().Any(condition);

    internal ValueTask<TLink> LinkAsync(CancellationToken cancel) =>
        OpenLink is { } link ? ValueTask.FromResult(link) : new(WaitForLinkAsync(cancel));

    /// <summary>Makes a connection.</summary>
    protected abstract Task<TLink> OpenAsync(CancellationToken cancel);

    /// <summary>Whether an operation failed because the connection went, so that it can be tried on the next one.</summary>
    protected abstract bool IsLost(Exception error);

    /// <summary>Says what the broker refused and why.</summary>
    protected virtual Exception Explain(Exception error, string what) => error;

    /// <summary>Cleans up at the broker while the connection is still there.</summary>
    protected virtual Task BeforeCloseAsync() => Task.CompletedTask;

    protected void Begin() => _loop = Task.Run(() => KeepConnectedAsync(_closing.Token));

    protected Task AddConsumerAsync(IBrokerConsumer<TLink> consumer, string queue, CancellationToken cancel) => DoAsync(
        $"queue {queue}",
        async link =>
        {
            lock (_gate)
                _consumers.Add(consumer);
            try
            {
                await consumer.AttachAsync(link, cancel);
            }
            catch
            {
                Forget(consumer);
                throw;
            }
            return 0;
        },
        cancel);

    /// <summary>Does something at the broker; over the next connection, when this one is lost before it is done.</summary>
    /// <param name="what">Named when the broker refuses.</param>
    /// <param name="operation">May be done more than once.</param>
    /// <param name="cancel">Ends the wait for the broker.</param>
    protected async Task<T> DoAsync<T>(string what, Func<TLink, Task<T>> operation, CancellationToken cancel)
    {
        while (true)
        {
            var link = await LinkAsync(cancel);
            try
            {
                return await operation(link);
            }
            catch (Exception error) when (!cancel.IsCancellationRequested)
            {
                if (!IsLost(error))
                    throw Explain(error, what);
                await Task.Delay(10, cancel);
            }
        }
    }

    private async Task DeclareAsync(object declaration, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        await DoAsync(
            declaration.ToString()!,
            async link =>
            {
                await link.DeclareAsync(declaration, cancel);
                Topology.Add(declaration);
                return 0;
            },
            cancel);
    }

    private async Task<TLink> WaitForLinkAsync(CancellationToken cancel)
    {
        while (true)
        {
            Task<TLink> connected;
            lock (_gate)
                connected = _connected.Task;
            var link = await connected.WaitAsync(cancel);
            if (link.IsOpen)
                return link;
            // The loop has not yet noticed that this connection is lost.
            await Task.Delay(10, cancel);
        }
    }

    private async Task KeepConnectedAsync(CancellationToken closing)
    {
        var pause = FirstPause;
        var complained = false;
        while (!closing.IsCancellationRequested)
        {
            TLink? link = null;
            try
            {
                link = await OpenAsync(closing);
                await RestoreAsync(link, closing);
                Counters.CountConnect();
                Publish(link);
                LogConnected(Logger, Address);
                Notify(new ConnectionChange(true, ""));
                (pause, complained) = (FirstPause, false);
                var reason = await link.Lost.WaitAsync(closing);
                _trouble = reason;
                Publish(null);
                LogLost(Logger, Address, reason);
                Notify(new ConnectionChange(false, reason));
            }
            catch (OperationCanceledException) when (closing.IsCancellationRequested)
            {
            }
            catch (Exception error)
            {
                _trouble = error.GetBaseException().Message;
                if (!complained)
                    LogUnreachable(Logger, Address, _trouble);
                complained = true;
            }
            Publish(null);
            // A broker that is silent does not say goodbye either.
            if (link is not null)
                await Task.WhenAny(link.DisposeAsync().AsTask(), Task.Delay(LongestGoodbye, CancellationToken.None));
            await Task.Delay(pause, closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    private async Task RestoreAsync(TLink link, CancellationToken cancel)
    {
        foreach (var entry in Topology.Snapshot())
            await link.DeclareAsync(entry, cancel);
        foreach (var consumer in Consumers())
            await consumer.AttachAsync(link, cancel);
    }

    private void Publish(TLink? link)
    {
        lock (_gate)
        {
            _link = link;
            if (link is not null)
                _connected.TrySetResult(link);
            else if (_connected.Task.IsCompleted)
                _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private IBrokerConsumer<TLink>[] Consumers()
    {
        lock (_gate)
            return [.. _consumers];
    }

    private void Notify(ConnectionChange change)
    {
        try
        {
            ConnectionChanged?.Invoke(change);
        }
        catch (Exception error)
        {
            Logger.LogError(error, "bus {Address}: a listener for connection changes threw", Address);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "bus {Address}: connected")]
    private static partial void LogConnected(ILogger logger, string address);

    [LoggerMessage(2, LogLevel.Warning, "bus {Address}: connection lost ({Reason}); reconnecting")]
    private static partial void LogLost(ILogger logger, string address, string reason);

    [LoggerMessage(3, LogLevel.Warning, "bus {Address}: cannot connect ({Reason}); retrying until it can be reached")]
    private static partial void LogUnreachable(ILogger logger, string address, string reason);
}
