using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Hutch.Bus.Transports.Memory;

/// <summary>The queues that messages went to before. Another takes its place whenever a route may have changed.</summary>
internal sealed class RouteCache
{
    private const int Places = 64;   // a power of two

    // Routing keys come from outside: a sender that never repeats one must not fill the memory.
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<(string Exchange, string RoutingKey), Route> _routes = new();

    // Nearly every sender passes the same texts again, and to see that they are the same objects spares to look into them.
    private readonly Route?[] _recent = new Route?[Places];

    /// <summary>The queues that a message goes to, or null if none was sent there yet.</summary>
    public MemoryQueue[]? Find(string exchange, string routingKey)
    {
        ref var recent = ref _recent[RuntimeHelpers.GetHashCode(routingKey) & (Places - 1)];
        if (recent is { } same && ReferenceEquals(same.RoutingKey, routingKey) && ReferenceEquals(same.Exchange, exchange))
            return same.Queues;
        if (!_routes.TryGetValue((exchange, routingKey), out var route))
            return null;
        recent = route with { Exchange = exchange, RoutingKey = routingKey };
        return route.Queues;
    }

    public void Add(string exchange, string routingKey, MemoryQueue[] queues)
    {
        if (_routes.Count < Most)
            _routes[(exchange, routingKey)] = new Route(exchange, routingKey, queues);
    }

    private sealed record Route(string Exchange, string RoutingKey, MemoryQueue[] Queues);
}
