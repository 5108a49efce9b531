namespace Hutch.Bus.Transports;

/// <summary>What was declared through a connection, in the order in which it must be declared again.</summary>
internal sealed class Topology
{
    private readonly Lock _gate = new();
    private readonly List<object> _entries = [];

    public void Add(object declaration)
    {
        lock (_gate)
        {
            if (!_entries.Contains(declaration))
                _entries.Add(declaration);
        }
    }

    public void RemoveQueue(string name)
    {
        lock (_gate)
            _entries.RemoveAll(e => e is QueueDeclaration q && q.Name == name || e is QueueBinding b && b.Queue == name);
    }

    public void RemoveExchange(string name)
    {
        lock (_gate)
            _entries.RemoveAll(e => e is ExchangeDeclaration x && x.Name == name || e is QueueBinding b && b.Exchange == name);
    }

    /// <summary>The type an exchange was declared with, or null if it was not declared here.</summary>
    public ExchangeType? TypeOf(string exchange)
    {
        lock (_gate)
        {
            foreach (var entry in _entries)
            {
                if (entry is ExchangeDeclaration declared && declared.Name == exchange)
                    return declared.Type;
            }
            return null;
        }
    }

    /// <summary>The queue of that name as it was declared here, or null.</summary>
    public QueueDeclaration? Queue(string name)
    {
        lock (_gate)
            return _entries.OfType<QueueDeclaration>().FirstOrDefault(q => q.Name == name);
    }

    public QueueBinding[] BindingsOf(string queue)
    {
        lock (_gate)
            return [.. _entries.OfType<QueueBinding>().Where(b => b.Queue == queue)];
    }

    public object[] Snapshot()
    {
        lock (_gate)
            return [.. _entries];
    }
}
