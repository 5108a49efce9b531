using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client.Exceptions;

namespace Hutch.Bus.Transports.RabbitMq;

/// <summary>
/// A connection to RabbitMQ. It reconnects by a loop of its own and not by the client library's recovery: that one begins
/// only after a first success (a service may start before its broker), cannot be told to give up a connection that is
/// open but silent, and hands acknowledgements of an old connection to the new one.
/// </summary>
public sealed partial class RabbitMqTransport : ITransport
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly BusUrl _url;
    private readonly ILogger _logger;
    private readonly Topology _topology = new();
    private readonly Lock _gate = new();
    private readonly List<RabbitMqConsumer> _consumers = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _loop;
    private TaskCompletionSource<RabbitMqLink> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RabbitMqLink? _link;
    private int _disposed;

    /// <summary>Begins to connect; returns at once.</summary>
    public RabbitMqTransport(BusUrl url, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(url);
        _url = url;
        _logger = logger ?? NullLogger.Instance;
        _loop = Task.Run(KeepConnectedAsync);
    }

    /// <inheritdoc/>
    public string Address => _url.Address;

    /// <inheritdoc/>
    public bool IsConnected => _link is { IsOpen: true };

    /// <inheritdoc/>
    public TransportCounters Counters { get; } = new();

    /// <inheritdoc/>
    public event Action<ConnectionChange>? ConnectionChanged;

    /// <inheritdoc/>
    public event Action<ReturnedMessage>? Returned;

    /// <inheritdoc/>
    public Task ConnectAsync(CancellationToken cancel = default) => LinkAsync(cancel).AsTask();

    /// <inheritdoc/>
    public async Task ReconnectAsync(string reason)
    {
        if (_link is { } link)
            await link.DropAsync(reason);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        foreach (var consumer in Consumers())
            await consumer.DisposeAsync();
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

    internal void Forget(RabbitMqConsumer consumer)
    {
        lock (_gate)
            _consumers.Remove(consumer);
    }

    private async Task KeepConnectedAsync()
    {
        var pause = FirstPause;
        var complained = false;
        while (!_closing.IsCancellationRequested)
        {
            RabbitMqLink? link = null;
            try
            {
                link = await RabbitMqLink.OpenAsync(_url, this, _logger, _closing.Token);
                await RestoreAsync(link);
                Counters.CountConnect();
                TaskCompletionSource<RabbitMqLink> waiting;
                lock (_gate)
                {
                    _link = link;
                    waiting = _connected;
                }
                waiting.TrySetResult(link);
                LogConnected(_logger, Address);
                Notify(new ConnectionChange(true, ""));
                pause = FirstPause;
                complained = false;
                var reason = await link.Lost.WaitAsync(_closing.Token);
                LogLost(_logger, Address, reason);
                Notify(new ConnectionChange(false, reason));
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
            }
            catch (Exception error)
            {
                if (!complained)
                    LogUnreachable(_logger, Address, error is BrokerUnreachableException && error.InnerException is { } inner ? inner.Message : error.Message);
                complained = true;
            }
            lock (_gate)
            {
                _link = null;
                if (_connected.Task.IsCompleted)
                    _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            if (link is not null)
                await link.DisposeAsync();
            if (_closing.IsCancellationRequested)
                break;
            await Task.Delay(pause, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    private void Notify(ConnectionChange change)
    {
        try
        {
            ConnectionChanged?.Invoke(change);
        }
        catch (Exception error)
        {
            _logger.LogError(error, "bus {Address}: a listener to connection changes threw", Address);
        }
    }

    private async Task RestoreAsync(RabbitMqLink link)
    {
        foreach (var entry in _topology.Snapshot())
            await link.DeclareAsync(entry, _closing.Token);
        foreach (var consumer in Consumers())
            await consumer.AttachAsync(link, _closing.Token);
    }

    private RabbitMqConsumer[] Consumers()
    {
        lock (_gate)
            return [.. _consumers];
    }

    private ValueTask<RabbitMqLink> LinkAsync(CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (_link is { IsOpen: true } link)
            return ValueTask.FromResult(link);
        return new(WaitForLinkAsync(cancel));
    }

    private async Task<RabbitMqLink> WaitForLinkAsync(CancellationToken cancel)
    {
        while (true)
        {
            Task<RabbitMqLink> connected;
            lock (_gate)
                connected = _connected.Task;
            var link = await connected.WaitAsync(cancel);
            if (link.IsOpen)
                return link;
            // The loop has not yet noticed that this connection is lost.
            await Task.Delay(10, cancel);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "bus {Address}: connected")]
    private static partial void LogConnected(ILogger logger, string address);

    [LoggerMessage(2, LogLevel.Warning, "bus {Address}: connection lost ({Reason}); reconnecting")]
    private static partial void LogLost(ILogger logger, string address, string reason);

    [LoggerMessage(3, LogLevel.Warning, "bus {Address}: cannot connect ({Reason}); trying again until it can be reached")]
    private static partial void LogUnreachable(ILogger logger, string address, string reason);
}
