using System.Collections.Concurrent;

namespace Hutch.Bus.Calls;

/// <summary>The calls that wait for their answers, and the clock that ends their waiting.</summary>
internal sealed class PendingCalls : IDisposable
{
    /// <summary>How often deadlines are looked at: a timeout is kept to this and the scheduler's delay.</summary>
    private const int TickMilliseconds = 10;

    private readonly ConcurrentDictionary<Guid, PendingCall> _calls = new();
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
        _calls[call.Id] = call;
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

    public PendingCall? Find(Guid id) => _calls.GetValueOrDefault(id);

    public bool Remove(PendingCall call) => _calls.TryRemove(new KeyValuePair<Guid, PendingCall>(call.Id, call));

    public PendingCall[] All() => [.. _calls.Values];

    public void Dispose() => _clock.Dispose();

    private void Tick()
    {
        var now = Environment.TickCount64;
        if (now < Interlocked.Read(ref _nextDeadline))
            return;
        Interlocked.Exchange(ref _nextDeadline, long.MaxValue);
        var next = long.MaxValue;
        foreach (var (_, call) in _calls)
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
        if (_calls.IsEmpty)
        {
            Volatile.Write(ref _running, 0);
            _clock.Change(Timeout.Infinite, Timeout.Infinite);
            // A call that came in between has seen the clock running.
            if (!_calls.IsEmpty && Interlocked.Exchange(ref _running, 1) == 0)
                _clock.Change(TickMilliseconds, TickMilliseconds);
        }
    }
}
