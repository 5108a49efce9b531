using System.Text.Json;
using Hutch.Bus.Transports;

namespace Hutch.Bus;

/// <summary>A bus: services are called on it, and offered on it.</summary>
public interface IBus : IAsyncDisposable
{
    /// <summary>The connection to the broker.</summary>
    ITransport Transport { get; }

    /// <summary>The topic exchange that calls go through.</summary>
    string Exchange { get; }

    /// <summary>Calls a method and returns its result.</summary>
    /// <param name="routingKey">Service and method, e.g. <c>simple.add</c>.</param>
    /// <param name="parameters">An object whose members are the named parameters, a list of positional ones, JSON, or null for none.</param>
    /// <param name="options">Null for the bus's own.</param>
    /// <param name="cancel">Ends the wait and tells the method that the caller no longer waits.</param>
    /// <exception cref="RpcException">The service answered with an error.</exception>
    /// <exception cref="BusTimeoutException">No answer arrived in time.</exception>
    /// <exception cref="BusUnroutableException">No queue is bound for the routing key.</exception>
    Task<T> CallAsync<T>(string routingKey, object? parameters = null, CallOptions? options = null, CancellationToken cancel = default);

    /// <summary>Calls a method and returns its result as JSON.</summary>
    Task<JsonElement> CallAsync(string routingKey, object? parameters = null, CallOptions? options = null, CancellationToken cancel = default);

    /// <summary>
    /// Calls a method that gives a series of items, and returns each as it comes. The timeout is the longest time between
    /// two items. Ending the enumeration early cancels the method.
    /// </summary>
    IAsyncEnumerable<T> StreamAsync<T>(string routingKey, object? parameters = null, CallOptions? options = null, CancellationToken cancel = default);

    /// <summary>Calls a method without waiting for an answer: done when the broker has taken the message.</summary>
    /// <exception cref="BusTimeoutException">The broker did not take it in time.</exception>
    Task NotifyAsync(string routingKey, object? parameters = null, CallOptions? options = null, CancellationToken cancel = default);

    /// <summary>
    /// A service as an interface: each method of <typeparamref name="T"/> is a method on the bus (<c>WordyAdd</c> is
    /// <c>wordy_add</c>); it returns a task, a value task, an <see cref="IAsyncEnumerable{T}"/> or, waiting, the result itself.
    /// </summary>
    T Client<T>(string service, CallOptions? options = null)
        where T : class;

    /// <summary>A service as a dynamic object: <c>await bus.Client("simple").add(x: 1, y: 2)</c> gives a JsonElement.</summary>
    dynamic Client(string service, CallOptions? options = null);

    /// <summary>Offers the methods of an object on the bus until what is returned is disposed. Waits for the broker.</summary>
    Task<IAsyncDisposable> ServeAsync(object service, ServeOptions options, CancellationToken cancel = default);

    /// <summary>Asks all services on the bus to identify themselves; returns the answers received in time.</summary>
    Task<IReadOnlyList<JsonElement>> DiscoverAsync(TimeSpan window, string? service = null, string what = "info", CancellationToken cancel = default);
}
