namespace Hutch.Bus.Transports.Memory;

/// <summary>A queue: messages that wait, and the consumers that take them in turn.</summary>
internal sealed class MemoryQueue(QueueDeclaration declaration, object owner)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(MemoryMessage, bool)> _returned = [];
    private readonly Queue<MemoryMessage> _messages = new();
    private volatile MemoryConsumer[] _consumers = [];
    private int _next;

    public QueueDeclaration Declaration { get; } = declaration;

    public object Owner { get; } = owner;

    public int ConsumerCount => _consumers.Length;

    public long Count
    {
        get
        {
            lock (_gate)
                return _messages.Count + _returned.Count;
        }
    }

    public void Enqueue(MemoryMessage message, bool redelivered)
    {
        MemoryConsumer? waiting;
        if (_consumers is [{ IsInline: true } inline])
        {
            inline.Handle(message);
            return;
        }
        lock (_gate)
        {
            if (redelivered)
                _returned.AddLast((message, true));
            else
                _messages.Enqueue(message);
            waiting = NextWaiting();
        }
        waiting?.Wake();
    }

    public bool TryTake(out MemoryMessage message, out bool redelivered)
    {
        lock (_gate)
        {
            if (_returned.First is { } first)
            {
                _returned.RemoveFirst();
                (message, redelivered) = first.Value;
                return true;
            }
            redelivered = false;
            return _messages.TryDequeue(out message!);
        }
    }

    public void Add(MemoryConsumer consumer)
    {
        lock (_gate)
            _consumers = [.. _consumers, consumer];
    }

    public void Remove(MemoryConsumer consumer)
    {
        MemoryConsumer[] others;
        lock (_gate)
            others = _consumers = [.. _consumers.Where(c => c != consumer)];
        foreach (var other in others)
            other.Wake();
    }

    // In turn, as RabbitMQ does: work spreads evenly, and flows around a consumer that has all it may hold.
    private MemoryConsumer? NextWaiting()
    {
        for (var i = 0; i < _consumers.Length; i++)
        {
            _next = (_next + 1) % _consumers.Length;
            if (_consumers[_next].CanTake)
                return _consumers[_next];
        }
        return null;
    }
}
