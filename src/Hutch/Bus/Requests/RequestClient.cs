using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Hutch.Bus.Transports;
using Hutch.Tracing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Bus.Requests;

/// <summary>Sends requests and kills, and hears the statuses of all services on the broker.</summary>
public sealed class RequestClient : IAsyncDisposable
{
    private static readonly IReadOnlyDictionary<string, object?> NoHeaders = new Dictionary<string, object?>();

    private readonly ITransport _bus;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, bool> _unheard = new();
    private readonly ConcurrentBag<IAsyncDisposable> _subscriptions = [];
    private readonly SemaphoreSlim _declaring = new(1);
    private volatile bool _declared;
    private long _malformed;

    /// <summary>Makes a client; nothing is sent before the first call.</summary>
    /// <param name="bus">The transport; it stays the caller's.</param>
    /// <param name="logger">Where errors of listeners are logged; null: nowhere.</param>
    public RequestClient(ITransport bus, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(bus);
        _bus = bus;
        _logger = logger ?? NullLogger.Instance;
        _bus.Returned += OnReturned;
    }

    /// <summary>Messages on the status exchange that were no statuses; they are dropped.</summary>
    public long Malformed => Interlocked.Read(ref _malformed);

    /// <summary>Sends a request to the services of a tag.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="request">The request; anything that can be written as JSON.</param>
    /// <param name="headers">Headers for other listeners; services ignore them.</param>
    /// <param name="requestId">The request's id; null: a new UUID. Choose it beforehand to miss no status.</param>
    /// <param name="cancel">Ends the wait for an unavailable broker.</param>
    /// <returns>The request's id, once the broker has the request.</returns>
    /// <exception cref="UserErrorException">No service listens to the tag.</exception>
    public Task<string> SendAsync(
        string tag, object request, IReadOnlyDictionary<string, object?>? headers = null, string? requestId = null, CancellationToken cancel = default) =>
        SendJsonAsync(tag, JsonSerializer.SerializeToUtf8Bytes(request), headers, requestId, cancel);

    /// <summary>Sends a request that is JSON text already, byte for byte.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public async Task<string> SendJsonAsync(
        string tag, ReadOnlyMemory<byte> request, IReadOnlyDictionary<string, object?>? headers = null, string? requestId = null, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        if (RequestBody.TryParse(request, out var reason) is null)
            throw new UserErrorException($"the request is not JSON: {reason}");
        await DeclareAsync(cancel).ConfigureAwait(false);
        var id = requestId ?? Guid.NewGuid().ToString();
        using var span = Traces.Start($"request {tag}", ActivityKind.Producer);
        span?.SetTag("hutch.request.id", id);
        var properties = TraceHeader.Carry(new MessageProperties { CorrelationId = id, Headers = headers ?? NoHeaders });
        await _bus.PublishAsync(RequestExchanges.Request, tag, properties, request, PublishMode.Confirmed | PublishMode.Mandatory, cancel).ConfigureAwait(false);
        // The broker reports a message that reached nobody before it confirms it.
        return _unheard.TryRemove(id, out _)
            ? throw new UserErrorException($"no service on {_bus.Address} listens to tag {tag}; start one, or check the tag")
            : id;
    }

    /// <summary>Asks the services of a tag to give a request up.</summary>
    public async Task KillAsync(string tag, string requestId, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        ArgumentException.ThrowIfNullOrEmpty(requestId);
        await DeclareAsync(cancel).ConfigureAwait(false);
        var properties = new MessageProperties { CorrelationId = requestId, Headers = NoHeaders };
        await _bus.PublishAsync(RequestExchanges.Kill, tag, properties, ReadOnlyMemory<byte>.Empty, PublishMode.Confirmed, cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// Hears every status on the broker, in order, from now on and again after a reconnect, until what is returned is
    /// disposed. An exception of the listener is logged.
    /// </summary>
    public async Task<IAsyncDisposable> SubscribeAsync(Action<RequestStatus> listener, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(listener);
        await DeclareAsync(cancel).ConfigureAwait(false);
        var subscription = await RequestExchanges.SubscribeAsync(_bus, RequestExchanges.Status, "#", noAck: true, delivery =>
        {
            Tell(listener, delivery);
            return ValueTask.CompletedTask;
        }, cancel).ConfigureAwait(false);
        _subscriptions.Add(subscription);
        return subscription;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _bus.Returned -= OnReturned;
        while (_subscriptions.TryTake(out var subscription))
            await subscription.DisposeAsync().ConfigureAwait(false);
        _declaring.Dispose();
    }

    private void Tell(Action<RequestStatus> listener, Delivery delivery)
    {
        if (RequestStatus.TryRead(delivery) is not { } status)
        {
            Interlocked.Increment(ref _malformed);
            return;
        }
        try
        {
            listener(status);
        }
        catch (Exception error)
        {
            _logger.LogError(error, "a status listener failed on request {RequestId}: {Message}", status.RequestId, error.Message);
        }
    }

    private void OnReturned(ReturnedMessage message)
    {
        if (message.Exchange == RequestExchanges.Request && message.Properties.CorrelationId is { } id)
            _unheard[id] = true;
    }

    private async Task DeclareAsync(CancellationToken cancel)
    {
        if (_declared)
            return;
        await _declaring.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (!_declared)
                await RequestExchanges.DeclareAsync(_bus, cancel).ConfigureAwait(false);
            _declared = true;
        }
        finally
        {
            _declaring.Release();
        }
    }
}
