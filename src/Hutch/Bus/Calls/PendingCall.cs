namespace Hutch.Bus.Calls;

/// <summary>A call that waits for its answer.</summary>
internal abstract class PendingCall(Guid id, string routingKey, long timeout)
{
    private CancellationTokenRegistration _registration;

    public Guid Id => id;

    public string RoutingKey => routingKey;

    /// <summary>The longest wait, ms; for a stream, between two items.</summary>
    public long Timeout => timeout;

    /// <summary>When the wait is over, on the clock of <see cref="Environment.TickCount64"/>.</summary>
    public long Deadline { get; protected set; } = Environment.TickCount64 + timeout;

    /// <summary>Whether the service is to send its items one by one; the call is then notified of the end.</summary>
    public virtual bool IsStream => false;

    public abstract bool IsCompleted { get; }

    /// <summary>Takes a reply. Called once, or for each item of a stream and for its end.</summary>
    public abstract void Answer(RpcReply reply);

    public abstract void Fail(Exception error);

    public abstract void Cancel(CancellationToken token);

    /// <summary>Lets a token cancel the call until it has ended.</summary>
    public void CancelBy(Action<PendingCall, CancellationToken> cancel, CancellationToken token) =>
        _registration = token.UnsafeRegister(
            static (state, cancelled) =>
            {
                var (cancel, call) = ((Action<PendingCall, CancellationToken>, PendingCall))state!;
                cancel(call, cancelled);
            },
            (cancel, this));

    protected void Ended() => _registration.Unregister();
}
