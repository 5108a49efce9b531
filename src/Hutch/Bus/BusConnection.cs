using System.Text.Json;
using Hutch.Bus.Calls;
using Hutch.Bus.Methods;
using Hutch.Bus.Transports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Bus;

/// <summary>A bus reached through one connection to a broker, for any number of calls in flight and services offered.</summary>
public sealed class BusConnection : IBus
{
    private readonly BusOptions _options;
    private readonly ILogger _logger;
    private readonly Caller _caller;

    private BusConnection(ITransport transport, BusOptions options, ILogger logger)
    {
        Transport = transport;
        _options = options;
        _logger = logger;
        _caller = new Caller(transport, options.Exchange);
    }

    /// <inheritdoc/>
    public ITransport Transport { get; }

    /// <inheritdoc/>
    public string Exchange => _options.Exchange;

    /// <summary>Starts connecting to a bus and returns immediately; the broker may become available later.</summary>
    /// <param name="url"><c>amqp://</c>, <c>amqps://</c>, <c>redis://</c>, <c>rediss://</c> or <c>memory://name</c>; see <see cref="BusUrl"/>.</param>
    /// <param name="options">Null for the usual ones.</param>
    /// <param name="logger">Where the connection logs; null: nowhere.</param>
    /// <exception cref="UserErrorException">The URL is not that of a broker.</exception>
    public static BusConnection Open(string url, BusOptions? options = null, ILogger? logger = null)
    {
        logger ??= NullLogger.Instance;
        return new BusConnection(Transports.Transport.Open(url, logger), options ?? new BusOptions(), logger);
    }

    /// <inheritdoc/>
    public Task<T> CallAsync<T>(string routingKey, object? parameters = null, CallOptions? options = null, CancellationToken cancel = default) =>
        _caller.CallAsync<T>(routingKey, Write(routingKey, parameters), options ?? _options.Call, cancel);

    /// <inheritdoc/>
    public Task<JsonElement> CallAsync(string routingKey, object? parameters = null, CallOptions? options = null, CancellationToken cancel = default) =>
        CallAsync<JsonElement>(routingKey, parameters, options, cancel);

    /// <inheritdoc/>
    public IAsyncEnumerable<T> StreamAsync<T>(string routingKey, object? parameters = null, CallOptions? options = null, CancellationToken cancel = default) =>
        _caller.StreamAsync<T>(routingKey, Write(routingKey, parameters), options ?? _options.Call, cancel);

    /// <inheritdoc/>
    public Task NotifyAsync(string routingKey, object? parameters = null, CallOptions? options = null, CancellationToken cancel = default)
    {
        var request = RequestWriter.Rent();
        request.BeginNotification(CallNames.EncodedMethodOf(routingKey));
        request.Parameters(parameters);
        return _caller.NotifyAsync(routingKey, request, options ?? _options.Call, cancel);
    }

    /// <inheritdoc/>
    public T Client<T>(string service, CallOptions? options = null)
        where T : class => ClientProxy.Create<T>(_caller, service, options ?? _options.Call);

    /// <inheritdoc/>
    public dynamic Client(string service, CallOptions? options = null) => new DynamicClient(this, service, options);

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> ServeAsync(object service, ServeOptions options, CancellationToken cancel = default)
    {
        var server = new BusServer(this, service, options, _logger);
        await server.StartAsync(cancel);
        return server;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JsonElement>> DiscoverAsync(TimeSpan window, string? service = null, string what = "info", CancellationToken cancel = default) =>
        _caller.AskAllAsync(what, service, window, cancel);

    /// <summary>Ends the calls in flight, leaves nothing behind at the broker, and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _caller.DisposeAsync();
        await Transport.DisposeAsync();
    }

    private static RequestWriter Write(string routingKey, object? parameters)
    {
        var request = RequestWriter.Rent();
        request.BeginCall(CallNames.EncodedMethodOf(routingKey));
        request.Parameters(parameters);
        return request;
    }
}
