using Hutch.Native.Zmq;
using Microsoft.Extensions.Logging;

namespace Hutch.Streams;

/// <summary>
/// The sending end of a metadata channel (PUB, bound). It knows how many subscribe, so that a program can wait for them
/// instead of losing the first messages, and counts what a subscriber that does not keep up has missed. For one thread.
/// </summary>
public sealed class MetadataPublisher : IDisposable
{
    private readonly ZmqSocket _socket;
    private int _subscribers;

    /// <summary>Binds the channel.</summary>
    /// <param name="endpoint">An endpoint, see <see cref="StreamNames.Endpoint"/>, or one of TCP.</param>
    /// <param name="highWaterMark">Messages kept for a subscriber that is slow. Default 50000, as the deployed programs have it.</param>
    /// <exception cref="UserErrorException">The channel is in use.</exception>
    public MetadataPublisher(string endpoint, int highWaterMark = 50_000)
    {
        _socket = new ZmqSocket(ZmqSocketType.XPub, highWaterMark);
        _socket.KeepAlive();
        _socket.ReportEverySubscriber();
        _socket.ReportFullSubscribers(true);
        MetadataChannel.Bind(_socket, endpoint);
    }

    /// <summary>How many subscribe, as of the last <see cref="CountSubscribers"/>. Readable from any thread.</summary>
    public int Subscribers => Volatile.Read(ref _subscribers);

    /// <summary>Messages that at least one subscriber missed because its queue was full.</summary>
    public long Dropped { get; private set; }

    /// <summary>Sends a message to every subscriber that keeps up. Never waits.</summary>
    public void Publish(ReadOnlySpan<byte> message)
    {
        if (_socket.TrySend(message, wait: false))
            return;
        // One full queue has stopped the message for all: count it, and let it pass to the others.
        Dropped++;
        _socket.ReportFullSubscribers(false);
        _ = _socket.TrySend(message, wait: false);
        _socket.ReportFullSubscribers(true);
    }

    /// <summary>Sends a message of two parts to every subscriber that keeps up. Never waits.</summary>
    /// <param name="head">The first part; copied.</param>
    /// <param name="body">The second part; empty afterwards.</param>
    /// <returns>False if a subscriber missed it because its queue was full.</returns>
    public bool Publish(ReadOnlySpan<byte> head, ZmqMessage body)
    {
        // Whether there is room is decided with the first part.
        if (_socket.TrySend(head, more: true, wait: false))
            return _socket.TrySend(body);
        Dropped++;
        _socket.ReportFullSubscribers(false);
        _ = _socket.TrySend(head, more: true, wait: false) && _socket.TrySend(body);
        _socket.ReportFullSubscribers(true);
        return false;
    }

    /// <summary>Records subscribers that connected or disconnected.</summary>
    /// <returns>Whether there are more or fewer than before.</returns>
    public bool CountSubscribers()
    {
        var before = _subscribers;
        // A subscription is a byte 1 and a prefix; with a byte 0 it is taken back (ZMTP 3.1).
        Span<byte> message = stackalloc byte[16];
        while (_socket.TryReceive(message, out var length, wait: false))
        {
            if (length > 0)
                Volatile.Write(ref _subscribers, _subscribers + (message[0] == 1 ? 1 : -1));
        }
        return _subscribers != before;
    }

    /// <summary>
    /// Records subscribers that connected or disconnected, and reports it: what is published before the first subscription is lost. To be called all the
    /// time, under full load too; it never waits.
    /// </summary>
    /// <param name="logger">Where it is said.</param>
    /// <param name="service">Whose channel it is.</param>
    public void TellOfSubscribers(ILogger logger, string service)
    {
        if (CountSubscribers())
            logger.LogInformation("{Service}: subscribers: {Subscribers}", service, Subscribers);
    }

    /// <summary>Closes the channel.</summary>
    public void Dispose() => _socket.Dispose();
}
