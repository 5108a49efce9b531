namespace Hutch.Epics.ChannelAccess;

/// <summary>Does things at a limited rate, each not before its time.</summary>
internal sealed class PacedQueue : IDisposable
{
    private const int SlicesPerSecond = 50;

    private readonly PriorityQueue<Action, long> _due = new();
    private readonly Lock _gate = new();
    private readonly int _perSlice;
    private readonly Timer _timer;

    public PacedQueue(int rate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rate, 1);
        _perSlice = Math.Max(1, rate / SlicesPerSecond);
        _timer = new Timer(_ => Run());
    }

    public void Add(TimeSpan delay, Action action)
    {
        lock (_gate)
        {
            _due.Enqueue(action, Environment.TickCount64 + (long)delay.TotalMilliseconds);
            if (_due.Count == 1)
                Wake(0);
        }
    }

    public void Dispose()
    {
        lock (_gate)
            _due.Clear();
        _timer.Dispose();
    }

    private void Run()
    {
        lock (_gate)
        {
            for (var done = 0; done < _perSlice && _due.TryPeek(out var action, out var due) && due <= Environment.TickCount64; done++)
            {
                _due.Dequeue();
                action();   // only hands on to the context's thread
            }
            if (_due.Count > 0)
                Wake(1000 / SlicesPerSecond);
        }
    }

    private void Wake(int milliseconds)
    {
        try
        {
            _timer.Change(milliseconds, Timeout.Infinite);
        }
        catch (ObjectDisposedException)
        {
            // The client has ended.
        }
    }
}
