using System.Collections.Concurrent;

namespace Hutch.Bus.Calls;

/// <summary>The calls that wait for their answers, and the clock that ends their waiting.</summary>
internal sealed class PendingCalls : IDisposable
{
    /// <summary>How often deadlines are looked at: a timeout is kept to this and the scheduler's delay.</summary>
    private const int TickMilliseconds = 10;

    private const int Places = 4096;   // a power of two

    // Ids count up, so that a call has its place in a ring; only one that is still there when the ring has come round makes others go elsewhere.
    private readonly Place[] _ring = new Place[Places];
    private readonly ConcurrentDictionary<Guid, PendingCall> _others = new();
    private readonly Timer _clock;
    private readonly Action<PendingCall> _expired;
    private long _nextDeadline = long.MaxValue;
    private int _running;

    public PendingCalls(Action<PendingCall> expired)
    {
        _expired = expired;
        _clock = new Timer(_ => Tick());
    }

    public void Add(PendingCall call)
    {
        if (Interlocked.CompareExchange(ref PlaceOf(call.Id), call, null) is not null)
            _others[call.Id] = call;
        var next = Interlocked.Read(ref _nextDeadline);
        while (call.Deadline < next)
        {
            var seen = Interlocked.CompareExchange(ref _nextDeadline, call.Deadline, next);
            if (seen == next)
                break;
            next = seen;
        }
        if (Volatile.Read(ref _running) == 0 && Interlocked.Exchange(ref _running, 1) == 0)
            _clock.Change(TickMilliseconds, TickMilliseconds);
    }

    public PendingCall? Find(Guid id) =>
        Volatile.Read(ref PlaceOf(id)) is { } call && call.Id == id ? call : _others.GetValueOrDefault(id);

    /// <summary>Takes a call out.</summary>
    /// <returns>False if another thread did.</returns>
    public bool Remove(PendingCall call) =>
        Interlocked.CompareExchange(ref PlaceOf(call.Id), null, call) == call || _others.TryRemove(new KeyValuePair<Guid, PendingCall>(call.Id, call));

    public PendingCall[] All() => [.. _ring.Select(place => place.Call).OfType<PendingCall>(), .. _others.Values];

    public void Dispose() => _clock.Dispose();

    // Neighbours share a cache line, but a thread takes its ids in blocks, so that they are mostly in the hands of one processor.
    private ref PendingCall? PlaceOf(Guid id) => ref _ring[CallId.Number(id) & (Places - 1)].Call;

    private void Tick()
    {
        var now = Environment.TickCount64;
        if (now < Interlocked.Read(ref _nextDeadline))
            return;
        Interlocked.Exchange(ref _nextDeadline, long.MaxValue);
        var next = long.MaxValue;
        foreach (var call in All())
        {
            if (call.Deadline <= now)
                _expired(call);
            else
                next = Math.Min(next, call.Deadline);
        }
        // A call that was added meanwhile may have noted an earlier one.
        var seen = Interlocked.Read(ref _nextDeadline);
        if (next < seen)
            Interlocked.CompareExchange(ref _nextDeadline, next, seen);
        if (IsEmpty)
        {
            Volatile.Write(ref _running, 0);
            _clock.Change(Timeout.Infinite, Timeout.Infinite);
            // A call that came in between has seen the clock running.
            if (!IsEmpty && Interlocked.Exchange(ref _running, 1) == 0)
                _clock.Change(TickMilliseconds, TickMilliseconds);
        }
    }

    private bool IsEmpty => _others.IsEmpty && !Array.Exists(_ring, place => place.Call is not null);

    // A reference into an array of objects is checked for its type each time it is taken; one into an array of these is not.
    private struct Place
    {
        public PendingCall? Call;
    }
}
