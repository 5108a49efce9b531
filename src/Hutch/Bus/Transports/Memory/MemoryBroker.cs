using System.Collections.Concurrent;

namespace Hutch.Bus.Transports.Memory;

/// <summary>Exchanges, queues and bindings in memory, shared by all transports of one name.</summary>
internal sealed class MemoryBroker
{
    private static readonly ConcurrentDictionary<string, MemoryBroker> Brokers = new();

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, MemoryQueue> _queues = new();
    private readonly Dictionary<string, ExchangeDeclaration> _exchanges = [];
    private readonly List<QueueBinding> _bindings = [];

    // Replaced, so that what was routed before is routed again without a lock, and no stale route stays.
    private volatile RouteCache _routes = new();

    public static MemoryBroker Named(string name) => Brokers.GetOrAdd(name, _ => new MemoryBroker());

    public void Declare(ExchangeDeclaration exchange)
    {
        lock (_gate)
        {
            if (_exchanges.TryGetValue(exchange.Name, out var present) && present != exchange)
                throw new UserErrorException($"exchange {exchange.Name} exists as {present}, not as {exchange}; delete it or declare it the same");
            _exchanges[exchange.Name] = exchange;
            _routes = new();
        }
    }

    public void Declare(QueueDeclaration declaration, object owner)
    {
        lock (_gate)
        {
            var queue = _queues.GetOrAdd(declaration.Name, _ => new MemoryQueue(declaration, owner));
            if (queue.Declaration != declaration)
                throw new UserErrorException($"queue {declaration.Name} exists as {queue.Declaration}, not as {declaration}; delete it or declare it the same");
            if (declaration.Exclusive && queue.Owner != owner)
                throw new UserErrorException($"queue {declaration.Name} belongs to another connection; use another name");
            _routes = new();
        }
    }

    public void Bind(string queue, string exchange, string routingKey)
    {
        lock (_gate)
        {
            Queue(queue);
            if (!_exchanges.ContainsKey(exchange))
                throw new UserErrorException($"exchange {exchange} does not exist; declare it before a queue is bound to it");
            var binding = new QueueBinding(queue, exchange, routingKey);
            if (!_bindings.Contains(binding))
                _bindings.Add(binding);
            _routes = new();
        }
    }

    public MemoryQueue Queue(string name) =>
        _queues.TryGetValue(name, out var queue)
            ? queue
            : throw new UserErrorException($"queue {name} does not exist; declare it first");

    public void DeleteQueue(string name)
    {
        lock (_gate)
        {
            _queues.TryRemove(name, out _);
            RemoveBindings(b => b.Queue == name);
        }
    }

    public void DeleteExchange(string name)
    {
        lock (_gate)
        {
            _exchanges.Remove(name);
            RemoveBindings(b => b.Exchange == name);
        }
    }

    /// <summary>A consumer left a queue; an auto-delete queue goes with its last one.</summary>
    public void Left(MemoryQueue queue)
    {
        if (queue.Declaration.AutoDelete && queue.ConsumerCount == 0)
            DeleteQueue(queue.Declaration.Name);
    }

    /// <summary>The queues that are bound for a message; none if there is no such exchange.</summary>
    public MemoryQueue[] Route(string exchange, string routingKey) => _routes.Find(exchange, routingKey) ?? FindRoute(exchange, routingKey);

    private MemoryQueue[] FindRoute(string exchange, string routingKey)
    {
        lock (_gate)
        {
            MemoryQueue[] queues;
            if (exchange.Length == 0)
                queues = _queues.TryGetValue(routingKey, out var named) ? [named] : [];
            else if (!_exchanges.TryGetValue(exchange, out var declared))
                queues = [];
            else
                queues = [.. _bindings.Where(b => b.Exchange == exchange && IsFor(declared.Type, b.RoutingKey, routingKey)).Select(b => b.Queue).Distinct().Select(Queue)];
            _routes.Add(exchange, routingKey, queues);
            return queues;
        }
    }

    private static bool IsFor(ExchangeType type, string bound, string routingKey) => type switch
    {
        ExchangeType.Fanout => true,
        ExchangeType.Direct => bound == routingKey,
        _ => TopicPattern.Matches(bound, routingKey),
    };

    private void RemoveBindings(Predicate<QueueBinding> goes)
    {
        var gone = _bindings.FindAll(goes).Select(b => b.Exchange).ToHashSet();
        _bindings.RemoveAll(goes);
        foreach (var exchange in gone)
        {
            if (_exchanges.TryGetValue(exchange, out var declared) && declared.AutoDelete && _bindings.All(b => b.Exchange != exchange))
                _exchanges.Remove(exchange);
        }
        _routes = new();
    }
}
