using Hutch.Bus;
using Hutch.Bus.Transports;
using Microsoft.Extensions.Logging;

namespace Hutch.Testing;

/// <summary>A bus of the test's own, in memory: it behaves as RabbitMQ does, and no other test sees it.</summary>
public sealed class MemoryBus
{
    /// <summary>What a service or program takes as its <c>--bus-uri</c>; within this process.</summary>
    public string Url { get; } = $"memory://test-{Guid.NewGuid():N}";

    /// <summary>A connection for method calls.</summary>
    public IBus Open(BusOptions? options = null, ILogger? logger = null) => BusConnection.Open(Url, options, logger);

    /// <summary>A connection for requests and statuses.</summary>
    public ITransport OpenTransport(ILogger? logger = null) => Transport.Open(Url, logger);
}
