using Hutch.Bus.Transports;
using Hutch.Tracing;
using Microsoft.Extensions.Logging;

namespace Hutch.Bus.Requests;

/// <summary>
/// A service that reacts to the requests of users: whatever is sent to its tag. Several services whose tags match all
/// get the request, and each reports of it.
/// </summary>
public sealed class PrimaryService : RequestService
{
    /// <summary>Makes the service; it listens after its start, as soon as the broker is there.</summary>
    /// <param name="bus">The transport; it stays the caller's.</param>
    /// <param name="name">The service's name, the source of its statuses; unique among the services of the broker.</param>
    /// <param name="handler">What the service does.</param>
    /// <param name="options">How it listens and stops.</param>
    /// <param name="logger">Where it logs; null: nowhere.</param>
    public PrimaryService(ITransport bus, string name, IRequestHandler handler, RequestServiceOptions? options = null, ILogger? logger = null)
        : base(bus, name, handler, options, logger)
    {
    }

    private protected override async Task<IAsyncDisposable> SubscribeAsync(CancellationToken cancel) =>
        await RequestExchanges.SubscribeAsync(Bus, RequestExchanges.Request, Tag, noAck: false, OnRequestMessage, cancel).ConfigureAwait(false);

    private ValueTask OnRequestMessage(Delivery delivery)
    {
        // A request without an id could not be followed by anybody; one of our own lets the service report as always.
        var id = delivery.Properties.CorrelationId is { Length: > 0 } given ? given : Guid.NewGuid().ToString();
        if (RequestBody.TryParse(delivery.Body, out var reason) is not { } content)
        {
            Counters.CountMalformed();
            return AcceptAsync(delivery, new RequestWork(id, RequestBody.Null) { Refusal = $"The request is not JSON: {reason}" });
        }
        return AcceptAsync(delivery, new RequestWork(id, delivery.Body)
        {
            Traceparent = TraceHeader.Of(delivery.Properties),
            Request = new Request
            {
                Content = content,
                Headers = delivery.Properties.Headers ?? new Dictionary<string, object?>(),
                Tag = delivery.RoutingKey,
            },
        });
    }
}
