using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Hutch.Web.Events;

/// <summary>Sends changes to all listeners. A listener that does not keep up misses the oldest events, and gets their number.</summary>
public sealed class EventHub
{
    private const int Backlog = 1000;

    private readonly ConcurrentDictionary<Listener, bool> _listeners = new();
    private long _id;

    /// <summary>How many listen.</summary>
    public int Listeners => _listeners.Count;

    /// <summary>Tells all listeners of something.</summary>
    public void Publish(string type, JsonNode? data)
    {
        var told = new InstrumentEvent(Interlocked.Increment(ref _id), type, data?.ToJsonString() ?? "null");
        foreach (var listener in _listeners.Keys)
            listener.Add(told);
    }

    /// <summary>What happens from now on.</summary>
    public async IAsyncEnumerable<InstrumentEvent> ListenAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var listener = new Listener();
        _listeners[listener] = true;
        try
        {
            await foreach (var told in listener.Events.ReadAllAsync(cancel).ConfigureAwait(false))
            {
                if (listener.TakeMissed() is > 0 and var missed)
                    yield return new InstrumentEvent(told.Id, "missed", $$"""{"events":{{missed}}}""");
                yield return told;
            }
        }
        finally
        {
            _listeners.TryRemove(listener, out _);
        }
    }

    private sealed class Listener
    {
        private readonly Channel<InstrumentEvent> _channel;
        private long _missed;

        public Listener() => _channel = Channel.CreateBounded<InstrumentEvent>(
            new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest }, _ => Interlocked.Increment(ref _missed));

        public ChannelReader<InstrumentEvent> Events => _channel.Reader;

        public void Add(InstrumentEvent told) => _channel.Writer.TryWrite(told);

        public long TakeMissed() => Interlocked.Exchange(ref _missed, 0);
    }
}
