using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Hutch.Bus.Methods;
using Hutch.Bus.Transports;
using Hutch.Tracing;

namespace Hutch.Bus.Calls;

/// <summary>
/// Makes calls and hands their answers back. All calls of a connection share one reply queue and are distinguished by their
/// ids. The queue is durable and not exclusive, though that means deleting it in the end: the deployed Python services
/// declare the reply queue once more before they answer, as durable, and cannot answer into any other kind.
/// </summary>
internal sealed partial class Caller : IAsyncDisposable
{
    private readonly ITransport _transport;
    private readonly string _exchange;
    private readonly string _replyQueue = $"response-{Guid.NewGuid()}";
    private readonly PendingCalls _pending;
    private readonly Action<PendingCall, CancellationToken> _cancel;
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private volatile bool _started;
    private volatile Prepared? _lastProperties;
    private IAsyncDisposable? _replies;
    private int _disposed;

    public Caller(ITransport transport, string exchange)
    {
        (_transport, _exchange) = (transport, exchange);
        _pending = new PendingCalls(Expire);
        _cancel = Cancel;
        transport.Returned += OnReturned;
    }

    /// <summary>Answers that belonged to no call that still waits.</summary>
    public long StrayReplies { get; private set; }

    /// <summary>Sends a request; the task ends with the answer, the timeout or the cancellation.</summary>
    public Task<T> CallAsync<T>(string routingKey, RequestWriter request, CallOptions options, CancellationToken cancel) =>
        Traces.Source.HasListeners()
            ? CallTracedAsync<T>(routingKey, request, options, cancel)
            : CallAsync<T>(routingKey, request, PropertiesFor(options), options.Timeout, cancel);

    public async IAsyncEnumerable<T> StreamAsync<T>(
        string routingKey, RequestWriter request, CallOptions options, [EnumeratorCancellation] CancellationToken cancel)
    {
        var call = new PendingStream(request.Id, routingKey, Milliseconds(options.Timeout));
        Begin(call, request, TraceHeader.Carry(StreamProperties), cancel);
        try
        {
            await foreach (var item in call.Items.ReadAllAsync(CancellationToken.None))
                yield return item.Item<T>();
        }
        finally
        {
            if (_pending.Remove(call))
                TellCancelled(call);
        }
    }

    public async Task NotifyAsync(string routingKey, RequestWriter request, CallOptions options, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(options.Timeout);
        try
        {
            await DeclareExchangeAsync(limit.Token);
            await _transport.PublishAsync(_exchange, routingKey, TraceHeader.Carry(NotificationProperties), request.Written, PublishMode.Confirmed, limit.Token);
            request.Return();
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new BusTimeoutException($"{routingKey}: the broker {_transport.Address} did not take the message within {options.Timeout.TotalSeconds:0.###} s");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _transport.Returned -= OnReturned;
        await _closing.CancelAsync();
        foreach (var call in _pending.All())
        {
            if (_pending.Remove(call))
                call.Fail(new ObjectDisposedException(nameof(IBus), $"{call.RoutingKey}: the bus was closed before the answer arrived"));
        }
        _pending.Dispose();
        if (_replies is { } replies)
            await replies.DisposeAsync();
        await DeleteReplyQueueAsync();
        _starting.Dispose();
        _closing.Dispose();
    }

    private async Task<T> CallTracedAsync<T>(string routingKey, RequestWriter request, CallOptions options, CancellationToken cancel)
    {
        using var span = Traces.Start($"call {routingKey}", ActivityKind.Client);
        try
        {
            return await CallAsync<T>(routingKey, request, TraceHeader.Carry(PropertiesFor(options)), options.Timeout, cancel);
        }
        catch (Exception error)
        {
            Traces.Fail(error.Message);
            throw;
        }
    }

    private Task<T> CallAsync<T>(string routingKey, RequestWriter request, MessageProperties properties, TimeSpan timeout, CancellationToken cancel)
    {
        var call = new PendingResult<T>(request.Id, routingKey, Milliseconds(timeout));
        Begin(call, request, properties, cancel);
        return call.Task;
    }

    private void Begin(PendingCall call, RequestWriter request, MessageProperties properties, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        _pending.Add(call);
        if (cancel.CanBeCanceled)
            call.CancelBy(_cancel, cancel);
        if (!_started || !_transport.IsConnected)
        {
            _ = SendWhenConnectedAsync(call, request, properties);
            return;
        }
        var sent = _transport.PublishAsync(_exchange, call.RoutingKey, properties, request.Written, PublishMode.Mandatory, _closing.Token);
        if (sent.IsCompletedSuccessfully)
            request.Return();
        else
            _ = FinishAsync(sent, call);
    }

    private async Task SendWhenConnectedAsync(PendingCall call, RequestWriter request, MessageProperties properties)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        limit.CancelAfter(TimeSpan.FromMilliseconds(call.Timeout));
        try
        {
            await StartAsync(limit.Token);
            if (call.IsCompleted)
                return;
            await _transport.PublishAsync(_exchange, call.RoutingKey, properties, request.Written, PublishMode.Mandatory, limit.Token);
        }
        catch (OperationCanceledException)
        {
            // The clock of the pending calls tells the caller, in time and in words.
        }
        catch (Exception error)
        {
            if (_pending.Remove(call))
                call.Fail(error);
        }
    }

    // The request's memory is not used again: it is still being sent.
    private async Task FinishAsync(ValueTask sent, PendingCall call)
    {
        try
        {
            await sent;
        }
        catch (Exception error)
        {
            if (_pending.Remove(call))
                call.Fail(error);
        }
    }

    private void OnReply(Delivery delivery)
    {
        if (!RpcReply.TryRead(delivery.Body, out var id, out var reply) || _pending.Find(id) is not { } call)
        {
            StrayReplies++;
            return;
        }
        if (!reply.IsItem)
            _pending.Remove(call);
        call.Answer(reply);
    }

    private void OnReturned(ReturnedMessage message)
    {
        if (message.Properties.ReplyTo == _replyQueue && RpcReply.TryRead(message.Body, out var id, out _) && _pending.Find(id) is { } call && _pending.Remove(call))
        {
            call.Fail(new BusUnroutableException(
                $"{message.RoutingKey}: no queue is bound for this routing key on exchange {message.Exchange} of {_transport.Address}; is the service running?"));
        }
    }

    private void Expire(PendingCall call)
    {
        if (!_pending.Remove(call))
            return;
        var why = _transport.Trouble is { } trouble ? $"the broker cannot be reached: {trouble}" : "the service is busy, stopped or does not answer";
        call.Fail(new BusTimeoutException($"{call.RoutingKey}: no answer within {call.Timeout / 1000.0:0.###} s on {_transport.Address}: {why}"));
        if (call.IsStream)
            TellCancelled(call);
    }

    private void Cancel(PendingCall call, CancellationToken token)
    {
        if (!_pending.Remove(call))
            return;
        call.Cancel(token);
        TellCancelled(call);
    }

    private MessageProperties PropertiesFor(CallOptions options)
    {
        if (_lastProperties is { } last && ReferenceEquals(last.Options, options))
            return last.Properties;
        var properties = StreamProperties with { Headers = Request.NoHeaders, Expiration = options.Timeout };
        _lastProperties = new Prepared(options, properties);
        return properties;
    }

    private static long Milliseconds(TimeSpan timeout) =>
        timeout > TimeSpan.Zero && timeout < TimeSpan.FromDays(20) ? (long)Math.Ceiling(timeout.TotalMilliseconds) : (long)TimeSpan.FromDays(20).TotalMilliseconds;

    /// <summary>Properties are the same for all calls with the same options: made once, not once a call.</summary>
    private sealed record Prepared(CallOptions Options, MessageProperties Properties);
}
