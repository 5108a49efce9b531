using System.Collections.Concurrent;

namespace Hutch.Bus.Transports.Memory;

/// <summary>Exchanges, queues and bindings in memory, shared by all transports of one name.</summary>
internal sealed class MemoryBroker
{
    private static readonly ConcurrentDictionary<string, MemoryBroker> Brokers = new();

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, MemoryQueue> _queues = new();
    private readonly Dictionary<string, ExchangeDeclaration> _exchanges = [];

    // Replaced, never changed, so that routing takes no lock.
    private volatile QueueBinding[] _bindings = [];
    private volatile ConcurrentDictionary<string, ConcurrentDictionary<string, MemoryQueue[]>> _routes = new();

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
                _bindings = [.. _bindings, binding];
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

    /// <summary>The consumer, if any, that takes messages for this queue on the thread that sends them.</summary>
    public MemoryConsumer? InlineConsumerOf(string queue) => _queues.TryGetValue(queue, out var found) ? found.Inline : null;

    /// <summary>Puts a message into every queue that is bound for it.</summary>
    /// <returns>False if there is none.</returns>
    public bool Route(string exchange, string routingKey, MessageProperties properties, byte[] body)
    {
        if (exchange.Length == 0)
        {
            if (!_queues.TryGetValue(routingKey, out var queue))
                return false;
            queue.Enqueue(exchange, routingKey, properties, body);
            return true;
        }
        var routes = _routes.GetOrAdd(exchange, _ => new());
        if (!routes.TryGetValue(routingKey, out var queues))
            queues = FindRoute(routes, exchange, routingKey);
        foreach (var queue in queues)
            queue.Enqueue(exchange, routingKey, properties, body);
        return queues.Length > 0;
    }

    private MemoryQueue[] FindRoute(ConcurrentDictionary<string, MemoryQueue[]> routes, string exchange, string routingKey)
    {
        lock (_gate)
        {
            if (!_exchanges.TryGetValue(exchange, out var declared))
                return [];
            var queues = _bindings
                .Where(b => b.Exchange == exchange && declared.Type switch
                {
                    ExchangeType.Fanout => true,
                    ExchangeType.Direct => b.RoutingKey == routingKey,
                    _ => TopicPattern.Matches(b.RoutingKey, routingKey),
                })
                .Select(b => b.Queue).Distinct().Select(Queue).ToArray();
            // Routing keys come from outside: a sender that never repeats one must not fill the memory.
            if (routes.Count < 10_000)
                routes[routingKey] = queues;
            return queues;
        }
    }

    private void RemoveBindings(Func<QueueBinding, bool> goes)
    {
        var gone = _bindings.Where(goes).Select(b => b.Exchange).ToHashSet();
        _bindings = [.. _bindings.Where(b => !goes(b))];
        foreach (var exchange in gone)
        {
            if (_exchanges.TryGetValue(exchange, out var declared) && declared.AutoDelete && _bindings.All(b => b.Exchange != exchange))
                _exchanges.Remove(exchange);
        }
        _routes = new();
    }
}
