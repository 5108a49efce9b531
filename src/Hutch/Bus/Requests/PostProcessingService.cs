using Hutch.Bus.Transports;
using Hutch.Tracing;
using Microsoft.Extensions.Logging;

namespace Hutch.Bus.Requests;

/// <summary>
/// A service that reacts to the success of a primary service with the same request, and passes its failure on. It never
/// works on a request that the primary service failed.
/// </summary>
public sealed class PostProcessingService : RequestService
{
    private readonly string _primary;

    /// <summary>Makes the service; it listens after its start, as soon as the broker is there.</summary>
    /// <param name="bus">The transport; it stays the caller's.</param>
    /// <param name="name">The service's name, the source of its statuses; unique among the services of the broker.</param>
    /// <param name="primary">The name of the primary service. (std-daq calls this its tag, but compares it with the name.)</param>
    /// <param name="handler">What the service does.</param>
    /// <param name="options">How it listens and stops; the tag is used for kills and its own statuses.</param>
    /// <param name="logger">Where it logs; null: nowhere.</param>
    public PostProcessingService(
        ITransport bus, string name, string primary, IRequestHandler handler, RequestServiceOptions? options = null, ILogger? logger = null)
        : base(bus, name, handler, options, logger)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(primary);
        if (name == primary)
            throw new ArgumentException($"service {name} would react to itself forever; give it another name", nameof(name));
        _primary = primary;
    }

    private protected override async Task<IAsyncDisposable> SubscribeAsync(CancellationToken cancel) =>
        await RequestExchanges.SubscribeAsync(Bus, RequestExchanges.Status, _primary, noAck: false, OnStatusMessage, cancel).ConfigureAwait(false);

    private ValueTask OnStatusMessage(Delivery delivery)
    {
        if (RequestStatus.TryRead(delivery) is not { } status)
        {
            Counters.CountMalformed();
            return delivery.AckAsync();
        }
        if (status.Source != _primary || status.Action == RequestAction.Start)
            return delivery.AckAsync();
        var content = RequestBody.TryParse(delivery.Body, out var reason);
        var body = content is null ? RequestBody.Null : delivery.Body;
        if (status.Action == RequestAction.Fail)
            return AcceptAsync(delivery, new RequestWork(status.RequestId, body) { Refusal = $"Primary service {_primary} failure. " });
        if (content is null)
            return AcceptAsync(delivery, new RequestWork(status.RequestId, body) { Refusal = $"The request is not JSON: {reason}" });
        return AcceptAsync(delivery, new RequestWork(status.RequestId, body)
        {
            Traceparent = TraceHeader.Of(delivery.Properties),
            Request = new Request
            {
                Content = content.Value,
                Headers = delivery.Properties.Headers!,
                Tag = delivery.RoutingKey,
                PrimaryResult = status.Message,
            },
        });
    }
}
