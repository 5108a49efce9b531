using Hutch.Native.Posix;
using Hutch.Native.Zmq;

namespace Hutch.Streams;

/// <summary>The other ends of metadata channels, with the time-outs and errors that all of them share.</summary>
public static class MetadataChannel
{
    /// <summary>How long a receive waits, so that a service notices within that time what else there is to do.</summary>
    public static readonly TimeSpan ReceiveTimeout = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a receive waits in a service that has nothing else to do: an idle process is to sleep. Its stop wakes it up (<see cref="ZmqSocket.WakeUp"/>).</summary>
    public static readonly TimeSpan RestTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Subscribes to channels; each may be bound now or later.</summary>
    public static ZmqSocket Subscribe(params IEnumerable<string> endpoints)
    {
        var socket = new ZmqSocket(ZmqSocketType.Sub, wakeable: true) { ReceiveTimeout = ReceiveTimeout };
        socket.Subscribe();
        foreach (var endpoint in endpoints)
            socket.Connect(endpoint);
        return socket;
    }

    /// <summary>Subscribes to a stream of another machine, which may appear, disappear and reappear.</summary>
    /// <param name="endpoint">Such as <c>tcp://host:port</c>.</param>
    /// <param name="highWaterMark">Messages kept when they arrive faster than they are read.</param>
    /// <exception cref="UserErrorException">It is not an endpoint.</exception>
    public static ZmqSocket SubscribeToStream(string endpoint, int highWaterMark)
    {
        var socket = new ZmqSocket(ZmqSocketType.Sub, highWaterMark, wakeable: true) { ReceiveTimeout = ReceiveTimeout };
        try
        {
            socket.KeepAlive();
            socket.Subscribe();
            socket.Connect(endpoint);
            return socket;
        }
        catch (ZmqException error)
        {
            socket.Dispose();
            throw new UserErrorException($"stream {endpoint} cannot be subscribed to: {error.Message}; it must be tcp://HOST:PORT", error);
        }
    }

    /// <summary>Binds the collecting end of a channel that many push into.</summary>
    /// <exception cref="UserErrorException">The channel is in use.</exception>
    public static ZmqSocket Collect(string endpoint)
    {
        var socket = new ZmqSocket(ZmqSocketType.Pull, wakeable: true) { ReceiveTimeout = ReceiveTimeout };
        Bind(socket, endpoint);
        return socket;
    }

    /// <summary>Connects a pushing end; the collector may be bound now or later.</summary>
    public static ZmqSocket Push(string endpoint)
    {
        var socket = new ZmqSocket(ZmqSocketType.Push) { SendTimeout = ReceiveTimeout };
        socket.Connect(endpoint);
        return socket;
    }

    /// <summary>Binds a pushing end that one collector connects to. It never waits for room.</summary>
    /// <exception cref="UserErrorException">The channel is in use.</exception>
    public static ZmqSocket Distribute(string endpoint)
    {
        var socket = new ZmqSocket(ZmqSocketType.Push);
        Bind(socket, endpoint);
        return socket;
    }

    /// <summary>Connects a collecting end to a pushing end that is bound now or later.</summary>
    public static ZmqSocket Gather(string endpoint)
    {
        var socket = new ZmqSocket(ZmqSocketType.Pull, wakeable: true) { ReceiveTimeout = ReceiveTimeout };
        socket.Connect(endpoint);
        return socket;
    }

    internal static void Bind(ZmqSocket socket, string endpoint)
    {
        try
        {
            socket.Bind(endpoint);
        }
        catch (ZmqException error)
        {
            socket.Dispose();
            var wayOut = (error.Error == Errno.EADDRINUSE, endpoint.StartsWith("ipc:", StringComparison.Ordinal)) switch
            {
                (true, true) => "another program of the same detector_name is running; stop it, or choose another detector_name",
                (true, false) => "another program uses the port; stop it, or choose another port",
                (false, true) => "check that the folder exists and is writable",
                (false, false) => "it must be tcp://ADDRESS:PORT with an address of this host, or * for all",
            };
            throw new UserErrorException($"channel {endpoint} cannot be bound: {error.Message}; {wayOut}", error);
        }
    }
}
