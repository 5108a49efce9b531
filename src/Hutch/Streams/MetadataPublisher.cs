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
    private int _reported;

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

    /// <summary>
    /// Messages that were dropped because the queue of a subscriber was full. Exact with one subscriber. With several it is the least: libzmq gives a
    /// slow subscriber nothing more until it has read half of its queue, and does not report that.
    /// </summary>
    public long Dropped { get; private set; }

    /// <summary>Sends a message to every subscriber that keeps up. Never waits.</summary>
    public void Publish(ReadOnlySpan<byte> message)
    {
        if (_socket.TrySend(message, wait: false) || !CountDropped())
            return;
        _socket.ReportFullSubscribers(false);
        _ = _socket.TrySend(message, wait: false);
        _socket.ReportFullSubscribers(true);
    }

    /// <summary>Sends a message of two parts to every subscriber that keeps up. Never waits.</summary>
    /// <param name="head">The first part; copied.</param>
    /// <param name="body">The second part; empty afterwards if it was sent to anyone.</param>
    /// <returns>False if a subscriber missed it because its queue was full.</returns>
    public bool Publish(ReadOnlySpan<byte> head, ZmqMessage body)
    {
        // Whether there is room is decided with the first part.
        if (_socket.TrySend(head, more: true, wait: false))
            return _socket.TrySend(body);
        if (!CountDropped())
            return false;
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
    /// Counts subscribers that connected or disconnected, and logs how many there are: what is published before the first subscription is lost. To be
    /// called all the time, under full load too; it never waits.
    /// </summary>
    /// <param name="logger">The log.</param>
    /// <param name="service">The service whose channel it is.</param>
    public void LogSubscribers(ILogger logger, string service)
    {
        CountSubscribers();
        if (_subscribers == _reported)
            return;
        _reported = _subscribers;
        logger.LogInformation("{Service}: subscribers: {Subscribers}", service, _reported);
    }

    /// <summary>Lets a subscriber that connects or disconnects end a wait for messages on a socket of the same thread, so that it is counted at once.</summary>
    public void Wakes(ZmqSocket reader) => reader.AlsoWakeFor(_socket);

    // One full queue has stopped the message for all subscribers. If there are others, it is to be sent to them.
    private bool CountDropped()
    {
        Dropped++;
        CountSubscribers();
        return _subscribers > 1;
    }

    /// <summary>Closes the channel.</summary>
    public void Dispose() => _socket.Dispose();
}
