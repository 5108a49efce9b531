namespace Hutch.Bus.Transports;

/// <summary>
/// A message that was delivered to a consumer. It stays valid for as long as it is referenced, also after the handler returned.
/// </summary>
public abstract class Delivery
{
    private int _settled;

    /// <summary>The exchange it was published to; empty for the default exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The routing key it was published with.</summary>
    public required string RoutingKey { get; init; }

    /// <summary>The queue it was received from.</summary>
    public required string Queue { get; init; }

    /// <summary>Its properties.</summary>
    public required MessageProperties Properties { get; init; }

    /// <summary>Its body.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>
    /// Whether the message may have been delivered before: its consumer died or the connection was lost before it was
    /// acknowledged.
    /// </summary>
    public required bool Redelivered { get; init; }

    /// <summary>
    /// Acknowledges the message: it is done. A second call, or one after the connection was lost (the broker delivers the
    /// message again then), does nothing.
    /// </summary>
    public ValueTask AckAsync() => Settle() ? AcknowledgeAsync() : ValueTask.CompletedTask;

    /// <summary>Refuses the message: it goes back to its queue, or is dropped. A second call does nothing.</summary>
    public ValueTask RejectAsync(bool requeue) => Settle() ? RefuseAsync(requeue) : ValueTask.CompletedTask;

    /// <summary>Whether it was acknowledged or refused.</summary>
    public bool IsSettled => Volatile.Read(ref _settled) != 0;

    /// <summary>Acknowledges to the broker; called once at most.</summary>
    protected abstract ValueTask AcknowledgeAsync();

    /// <summary>Refuses to the broker; called once at most.</summary>
    protected abstract ValueTask RefuseAsync(bool requeue);

    private bool Settle() => Interlocked.Exchange(ref _settled, 1) == 0;
}
