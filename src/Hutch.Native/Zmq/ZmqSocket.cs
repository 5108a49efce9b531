using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Hutch.Native.Posix;
using Hutch.Native.Processes;

namespace Hutch.Native.Zmq;

/// <summary>A ZeroMQ socket. Linger is 0. Used by one thread at a time; made on one thread and used on another is fine.</summary>
public sealed unsafe class ZmqSocket : IDisposable
{
    // One context a process, as libzmq advises; it lives as long as the process.
    private static readonly Lazy<nint> Context = new(ZmqCalls.zmq_ctx_new);

    private const string Ipc = "ipc://";

    private readonly List<string> _socketFiles = [];
    private readonly Lock _waking = new();
    private nint _socket;
    private int _wake = -1;
    private ZmqSocket? _alsoFor;
    private int _receiveTimeoutMs = -1;

    /// <summary>Makes a socket.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="highWaterMark">Messages kept for a peer that is slow, on either side. Default 50000, as the deployed programs have it.</param>
    /// <param name="wakeable">Whether <see cref="WakeUp"/> can end a wait. Default false.</param>
    /// <exception cref="ZmqException">libzmq refused.</exception>
    /// <exception cref="MissingLibraryException">libzmq is not installed.</exception>
    public ZmqSocket(ZmqSocketType type, int highWaterMark = 50_000, bool wakeable = false)
    {
        Type = type;
        _socket = ZmqCalls.zmq_socket(Context.Value, (int)type);
        if (_socket == 0)
            throw ZmqException.Last($"zmq_socket {type}");
        Set(ZmqCalls.ZMQ_LINGER, 0);
        Set(ZmqCalls.ZMQ_SNDHWM, highWaterMark);
        Set(ZmqCalls.ZMQ_RCVHWM, highWaterMark);
        if (wakeable && (_wake = ProcessCalls.eventfd(0, ProcessCalls.O_CLOEXEC | ProcessCalls.O_NONBLOCK)) < 0)
            throw ProcessException.Last("eventfd");
    }

    /// <summary>The socket's type.</summary>
    public ZmqSocketType Type { get; }

    /// <summary>Whether the message received last has a further part.</summary>
    public bool HasMore => Get(ZmqCalls.ZMQ_RCVMORE) != 0;

    /// <summary>How long a receive waits; a negative time means without end. Default: without end.</summary>
    public TimeSpan ReceiveTimeout
    {
        set
        {
            var ms = (int)value.TotalMilliseconds;
            if (ms == _receiveTimeoutMs)
                return;
            _receiveTimeoutMs = ms;
            Set(ZmqCalls.ZMQ_RCVTIMEO, ms);
        }
    }

    /// <summary>How long a send waits for room; a negative time means without end. Default: without end.</summary>
    public TimeSpan SendTimeout
    {
        set => Set(ZmqCalls.ZMQ_SNDTIMEO, (int)value.TotalMilliseconds);
    }

    /// <summary>Makes the system find out within some 10 s that the host of a TCP peer is gone. To be called before binding or connecting.</summary>
    public void KeepAlive()
    {
        Set(ZmqCalls.ZMQ_TCP_KEEPALIVE, 1);
        Set(ZmqCalls.ZMQ_TCP_KEEPALIVE_IDLE, 5);
        Set(ZmqCalls.ZMQ_TCP_KEEPALIVE_INTVL, 1);
        Set(ZmqCalls.ZMQ_TCP_KEEPALIVE_CNT, 5);
    }

    /// <summary>The endpoint bound or connected last, with the port that the system chose.</summary>
    public string LastEndpoint
    {
        get
        {
            byte* text = stackalloc byte[256];
            nuint length = 256;
            return ZmqCalls.zmq_getsockopt(Handle, ZmqCalls.ZMQ_LAST_ENDPOINT, text, &length) == 0
                ? Encoding.UTF8.GetString(text, (int)length - 1)
                : throw ZmqException.Last("ZMQ_LAST_ENDPOINT");
        }
    }

    private nint Handle => _socket != 0 ? _socket : throw new ObjectDisposedException(nameof(ZmqSocket));

    /// <summary>Binds to an endpoint (<c>ipc:///tmp/name</c>, <c>tcp://127.0.0.1:9000</c>).</summary>
    /// <exception cref="ZmqException">libzmq refused. An ipc endpoint that a living process has bound is refused with EADDRINUSE.</exception>
    public void Bind(string endpoint)
    {
        // libzmq removes the file of an ipc endpoint and takes the name over, even from a living process.
        if (IsServed(endpoint))
            throw new ZmqException($"binding {endpoint}", Errno.EADDRINUSE);
        if (ZmqCalls.zmq_bind(Handle, endpoint) != 0)
            throw ZmqException.Last($"binding {endpoint}");
        if (endpoint.StartsWith(Ipc, StringComparison.Ordinal))
            _socketFiles.Add(endpoint[Ipc.Length..]);
    }

    /// <summary>Connects to an endpoint; the peer may appear later, and go and come again.</summary>
    /// <exception cref="ZmqException">libzmq refused.</exception>
    public void Connect(string endpoint)
    {
        if (ZmqCalls.zmq_connect(Handle, endpoint) != 0)
            throw ZmqException.Last($"connecting {endpoint}");
    }

    /// <summary>Subscribes to the messages that begin with <paramref name="prefix"/>; to all if it is empty.</summary>
    public void Subscribe(ReadOnlySpan<byte> prefix = default)
    {
        fixed (byte* p = prefix)
        {
            if (ZmqCalls.zmq_setsockopt(Handle, ZmqCalls.ZMQ_SUBSCRIBE, p, (nuint)prefix.Length) != 0)
                throw ZmqException.Last("ZMQ_SUBSCRIBE");
        }
    }

    /// <summary>Makes a <see cref="ZmqSocketType.XPub"/> say when a subscriber's queue is full instead of dropping in silence.</summary>
    public void ReportFullSubscribers(bool report) => Set(ZmqCalls.ZMQ_XPUB_NODROP, report ? 1 : 0);

    /// <summary>Makes a <see cref="ZmqSocketType.XPub"/> report every subscriber that comes or goes, not only the first and the last.</summary>
    public void ReportEverySubscriber() => Set(ZmqCalls.ZMQ_XPUB_VERBOSER, 1);

    /// <summary>Sends a message, or a part of one.</summary>
    /// <param name="data">The bytes; copied.</param>
    /// <param name="more">Whether a further part follows.</param>
    /// <param name="wait">Whether to wait for room.</param>
    /// <returns>False if there was no room in time; nothing was sent then.</returns>
    /// <exception cref="ZmqException">libzmq refused.</exception>
    public bool TrySend(ReadOnlySpan<byte> data, bool more = false, bool wait = true)
    {
        var flags = (more ? ZmqCalls.ZMQ_SNDMORE : 0) | (wait ? 0 : ZmqCalls.ZMQ_DONTWAIT);
        fixed (byte* p = data)
        {
            if (ZmqCalls.zmq_send(Handle, p, (nuint)data.Length, flags) >= 0)
                return true;
        }
        return Marshal.GetLastPInvokeError() is Errno.EAGAIN or Errno.EINTR ? false : throw ZmqException.Last("zmq_send");
    }

    /// <summary>Sends a message, or the last part of one, without copying it.</summary>
    /// <param name="message">Empty afterwards, unless it was not sent.</param>
    /// <param name="wait">Whether to wait for room.</param>
    /// <returns>False if there was no room in time; nothing was sent then.</returns>
    /// <exception cref="ZmqException">libzmq refused.</exception>
    public bool TrySend(ZmqMessage message, bool wait = true)
    {
        if (ZmqCalls.zmq_msg_send(message.Handle, Handle, wait ? 0 : ZmqCalls.ZMQ_DONTWAIT) >= 0)
            return true;
        return Marshal.GetLastPInvokeError() is Errno.EAGAIN or Errno.EINTR ? false : throw ZmqException.Last("zmq_msg_send");
    }

    /// <summary>Receives a message, or a part of one, without copying it.</summary>
    /// <param name="message">Gets it; what was in there is dropped.</param>
    /// <param name="wait">Whether to wait, up to <see cref="ReceiveTimeout"/>.</param>
    /// <returns>False if no message came in time.</returns>
    /// <exception cref="ZmqException">libzmq refused.</exception>
    public bool TryReceive(ZmqMessage message, bool wait = true)
    {
        if (ZmqCalls.zmq_msg_recv(message.Handle, Handle, wait ? 0 : ZmqCalls.ZMQ_DONTWAIT) >= 0)
            return true;
        return Marshal.GetLastPInvokeError() is Errno.EAGAIN or Errno.EINTR ? false : throw ZmqException.Last("zmq_msg_recv");
    }

    /// <summary>Ends the present wait for a message, or else the next one, without a message. For a wakeable socket; from any thread, also after the end.</summary>
    public void WakeUp()
    {
        lock (_waking)
        {
            ulong one = 1;
            if (_wake >= 0)
                _ = ProcessCalls.write(_wake, (byte*)&one, sizeof(ulong));
        }
    }

    /// <summary>Lets a message for another socket of the same thread end a wait too. For a wakeable socket.</summary>
    public void AlsoWakeFor(ZmqSocket other) => _alsoFor = other;

    /// <summary>Receives a message, or a part of one.</summary>
    /// <param name="buffer">Where it goes; a longer message is cut.</param>
    /// <param name="length">The length of the whole message, also if it was cut.</param>
    /// <param name="wait">Whether to wait, up to <see cref="ReceiveTimeout"/>.</param>
    /// <returns>False if no message came in time.</returns>
    /// <exception cref="ZmqException">libzmq refused.</exception>
    public bool TryReceive(Span<byte> buffer, out int length, bool wait = true)
    {
        var isWakeable = _wake >= 0;
        if (TryReceiveOnce(buffer, out length, wait && !isWakeable))
            return true;
        return wait && isWakeable && WaitForMessage() && TryReceiveOnce(buffer, out length, wait: false);
    }

    /// <summary>Closes the socket; what was not sent yet is dropped, and the file of a bound ipc endpoint goes.</summary>
    public void Dispose()
    {
        var socket = Interlocked.Exchange(ref _socket, 0);
        if (socket == 0)
            return;
        // libzmq 4.3 leaves the file behind. As long as the socket is open, the file cannot belong to another program.
        foreach (var file in _socketFiles)
            File.Delete(file);
        _ = ZmqCalls.zmq_close(socket);
        lock (_waking)
        {
            if (_wake >= 0)
                _ = ProcessCalls.close(_wake);
            _wake = -1;
        }
    }

    private bool TryReceiveOnce(Span<byte> buffer, out int length, bool wait)
    {
        fixed (byte* p = buffer)
            length = ZmqCalls.zmq_recv(Handle, p, (nuint)buffer.Length, wait ? 0 : ZmqCalls.ZMQ_DONTWAIT);
        if (length >= 0)
            return true;
        return Marshal.GetLastPInvokeError() is Errno.EAGAIN or Errno.EINTR ? false : throw ZmqException.Last("zmq_recv");
    }

    private bool WaitForMessage()
    {
        var items = stackalloc ZmqCalls.PollItem[3];
        items[0] = new ZmqCalls.PollItem { Socket = Handle, Events = ZmqCalls.ZMQ_POLLIN };
        items[1] = new ZmqCalls.PollItem { Fd = _wake, Events = ZmqCalls.ZMQ_POLLIN };
        if (_alsoFor is not null)
            items[2] = new ZmqCalls.PollItem { Socket = _alsoFor.Handle, Events = ZmqCalls.ZMQ_POLLIN };
        if (ZmqCalls.zmq_poll(items, _alsoFor is null ? 2 : 3, _receiveTimeoutMs) < 0)
            return Marshal.GetLastPInvokeError() is Errno.EINTR ? false : throw ZmqException.Last("zmq_poll");
        ulong ignored;
        if (items[1].Returned != 0)
            _ = ProcessCalls.read(_wake, (byte*)&ignored, sizeof(ulong));
        return items[0].Returned != 0;
    }

    private static bool IsServed(string endpoint)
    {
        if (!endpoint.StartsWith(Ipc, StringComparison.Ordinal) || !File.Exists(endpoint[Ipc.Length..]))
            return false;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(endpoint[Ipc.Length..]));
            return true;
        }
        catch (SocketException)
        {
            return false;   // a file that a dead process left
        }
    }

    private void Set(int option, int value)
    {
        if (ZmqCalls.zmq_setsockopt(Handle, option, &value, sizeof(int)) != 0)
            throw ZmqException.Last($"zmq_setsockopt {option}");
    }

    private int Get(int option)
    {
        int value;
        nuint length = sizeof(int);
        return ZmqCalls.zmq_getsockopt(Handle, option, &value, &length) == 0 ? value : throw ZmqException.Last($"zmq_getsockopt {option}");
    }
}
