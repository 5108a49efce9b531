namespace Hutch.Bus.Transports;

/// <summary>What a transport counted since it was made. All counts only grow.</summary>
public sealed class TransportCounters
{
    private readonly StripedCounter _published = new();
    private readonly StripedCounter _delivered = new();
    private long _redelivered;
    private long _returned;
    private long _dropped;
    private long _handlerErrors;
    private long _staleAcknowledgements;
    private long _connects;
    private long _expired;

    /// <summary>Messages sent.</summary>
    public long Published => _published.Value;

    /// <summary>Messages handed to a consumer.</summary>
    public long Delivered => _delivered.Value;

    /// <summary>Of those, the ones that may have been delivered before.</summary>
    public long Redelivered => Interlocked.Read(ref _redelivered);

    /// <summary>Mandatory messages that reached no queue.</summary>
    public long Returned => Interlocked.Read(ref _returned);

    /// <summary>Messages that could not be read or sent at all, e.g. an envelope that is not JSON.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Messages whose handler threw.</summary>
    public long HandlerErrors => Interlocked.Read(ref _handlerErrors);

    /// <summary>Acknowledgements made after the connection of their delivery was lost.</summary>
    public long StaleAcknowledgements => Interlocked.Read(ref _staleAcknowledgements);

    /// <summary>Messages dropped because they expired before delivery. RabbitMQ drops them itself, without reporting it.</summary>
    public long Expired => Interlocked.Read(ref _expired);

    /// <summary>Connections made; all but the first are reconnects.</summary>
    public long Connects => Interlocked.Read(ref _connects);

    internal void CountPublished() => _published.Add(1);

    internal void CountDelivered(bool redelivered)
    {
        _delivered.Add(1);
        if (redelivered)
            Interlocked.Increment(ref _redelivered);
    }

    internal void CountReturned() => Interlocked.Increment(ref _returned);

    internal void CountDropped() => Interlocked.Increment(ref _dropped);

    internal void CountHandlerError() => Interlocked.Increment(ref _handlerErrors);

    internal void CountStaleAcknowledgement() => Interlocked.Increment(ref _staleAcknowledgements);

    internal void CountExpired() => Interlocked.Increment(ref _expired);

    internal void CountConnect() => Interlocked.Increment(ref _connects);
}
