using Microsoft.Extensions.Logging;

namespace Hutch.Services;

public abstract partial class Service
{
    /// <summary>How many changes <see cref="History"/> keeps: some restarts with their causes, without growing for months.</summary>
    private const int HistoryLength = 32;

    private static long s_sequence;

    private readonly Queue<StateChange> _unraised = new(0);
    private Queue<StateChange>? _history;
    private bool _raising;
    private int _state;
    private long _heartbeat = Environment.TickCount64;
    private long _restsUntil;

    /// <summary>Raised after every change of <see cref="State"/>, in order, one at a time, on the thread that made the change.</summary>
    public event EventHandler<StateChange>? StateChanged;

    /// <summary>Raised for every exception of the body, on the thread of the body.</summary>
    public event EventHandler<Exception>? ErrorOccurred;

    /// <summary>Where the service is in its life.</summary>
    public ServiceState State => (ServiceState)Volatile.Read(ref _state);

    /// <summary>The last 32 changes of state, oldest first.</summary>
    public IReadOnlyList<StateChange> History
    {
        get
        {
            lock (_gate)
                return _history?.ToArray() ?? [];
        }
    }

    /// <summary>The last error of the body or of the start, or null.</summary>
    public Exception? LastError { get; private protected set; }

    /// <summary>How often the service has been started.</summary>
    public int StartCount { get; private set; }

    /// <summary>When it was started last; null before the first start.</summary>
    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>When the body last made progress: an iteration began, or it called <see cref="Beat"/>.</summary>
    public DateTimeOffset Heartbeat => DateTimeOffset.UtcNow - SinceHeartbeat;

    /// <summary>The time since the body last made progress.</summary>
    public TimeSpan SinceHeartbeat =>
        TimeSpan.FromMilliseconds(Math.Max(0, Environment.TickCount64 - Volatile.Read(ref _heartbeat)));

    /// <summary>
    /// Whether an iteration may wait for work for as long as there is none (a message, a process), so that an old heartbeat
    /// does not mean that the body hangs. Default: no.
    /// </summary>
    public virtual bool WaitsForWork => false;

    /// <summary>How long an iteration waits for work when there is none. Waiting is not overdue. Default: not at all.</summary>
    protected TimeSpan WaitsUpTo { get; set; }

    /// <summary>How long the body has been at work without progress; zero during the pause between two iterations, and while it may wait for work.</summary>
    public TimeSpan Overdue => WaitsForWork
        ? TimeSpan.Zero
        : TimeSpan.FromMilliseconds(Math.Max(0, Environment.TickCount64 - Math.Max(Volatile.Read(ref _heartbeat) + (long)WaitsUpTo.TotalMilliseconds, Volatile.Read(ref _restsUntil))));

    /// <summary>Whether the service is at work: starting, running or finishing.</summary>
    public bool IsServiceAlive => State.IsAtWork();

    /// <summary>Whether its thread or process exists; unlike <see cref="IsServiceAlive"/> true for an abandoned thread.</summary>
    public bool IsAlive => State.IsAtWork() || (State == ServiceState.Abandoned && _run is { Ended.IsSet: false });

    /// <summary>Tells supervision that a long iteration is making progress.</summary>
    protected void Beat() => Volatile.Write(ref _heartbeat, Environment.TickCount64);

    /// <summary>Takes over progress that happened elsewhere, <paramref name="age"/> ago.</summary>
    private protected void BeatAt(TimeSpan age) =>
        Volatile.Write(ref _heartbeat, Environment.TickCount64 - (long)age.TotalMilliseconds);

    /// <summary>Notes that the body pauses as it is meant to.</summary>
    private void Rest(TimeSpan pause) =>
        Volatile.Write(ref _restsUntil, Environment.TickCount64 + (long)Math.Min(pause.TotalMilliseconds, int.MaxValue));

    private void MoveTo(ServiceState to, string? reason = null)
    {
        var change = new StateChange(State, to, DateTimeOffset.UtcNow, Interlocked.Increment(ref s_sequence), reason);
        _history ??= new Queue<StateChange>(8);
        if (_history.Count == HistoryLength)
            _history.Dequeue();
        _history.Enqueue(change);
        if (StateChanged is not null)
            _unraised.Enqueue(change);
        Volatile.Write(ref _state, (int)to);
    }

    // Outside the lock, yet in order: the first thread raises the events of all that arrive meanwhile.
    private void RaiseChanges()
    {
        while (true)
        {
            StateChange? change;
            lock (_gate)
            {
                if (_raising || !_unraised.TryDequeue(out change))
                    return;
                _raising = true;
            }
            Listeners.Raise(StateChanged, this, change, error =>
                Logger.LogError(error, "{Service}: a listener for its state failed: {Message}", ServiceName, ErrorText.Of(error)));
            lock (_gate)
                _raising = false;
        }
    }
}
