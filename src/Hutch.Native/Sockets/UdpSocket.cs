using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Hutch.Native.Posix;

namespace Hutch.Native.Sockets;

/// <summary>An IPv4 UDP socket for batches of datagrams (recvmmsg(2), sendmmsg(2)).</summary>
public sealed unsafe class UdpSocket : IDisposable
{
    private int _fd;
    private volatile bool _isInterrupted;

    private UdpSocket(int fd) => _fd = fd;

    /// <summary>The socket's descriptor.</summary>
    public int Descriptor => _fd;

    /// <summary>The receive buffer that the kernel granted, in bytes as socket(7) counts them (twice the payload asked for).</summary>
    public int ReceiveBufferBytes => GetInt(SocketCalls.SO_RCVBUF);

    /// <summary>The port the socket is bound to.</summary>
    public int Port
    {
        get
        {
            SocketAddress address;
            uint length = (uint)sizeof(SocketAddress);
            return SocketCalls.getsockname(_fd, &address, &length) == 0
                ? BinaryPrimitives.ReverseEndianness(address.Port)
                : throw ErrnoException.Last("getsockname");
        }
    }

    /// <summary>Datagrams that the kernel dropped since the socket was opened because its buffer was full.</summary>
    public uint KernelDrops
    {
        get
        {
            // SK_MEMINFO_DROPS is the ninth of the counters (linux/sock_diag.h).
            const int counters = 9;
            uint* info = stackalloc uint[counters];
            uint length = counters * sizeof(uint);
            return SocketCalls.getsockopt(_fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_MEMINFO, info, &length) == 0
                ? info[counters - 1]
                : throw ErrnoException.Last("getsockopt SO_MEMINFO");
        }
    }

    /// <summary>System calls that received, or waited in vain.</summary>
    public long ReceiveCalls { get; private set; }

    /// <summary>Opens a socket that receives on a port.</summary>
    /// <param name="address">The address of the interface; <see cref="IPAddress.Any"/> for all.</param>
    /// <param name="port">0 lets the system choose.</param>
    /// <param name="receiveBufferBytes">Wanted buffer in bytes. Beyond net.core.rmem_max it takes root; otherwise less is granted.</param>
    /// <param name="receiveTimeout">How long a receive waits for the first datagram.</param>
    /// <exception cref="ErrnoException">The system refused; <see cref="Errno.EADDRINUSE"/>: the port is taken (see <see cref="PortOwner"/>).</exception>
    public static UdpSocket Bind(IPAddress address, int port, int receiveBufferBytes, TimeSpan receiveTimeout)
    {
        var socket = Open();
        try
        {
            socket.SetBuffer(SocketCalls.SO_RCVBUFFORCE, SocketCalls.SO_RCVBUF, receiveBufferBytes);
            socket.SetReceiveTimeout(receiveTimeout);
            var native = ToNative(new IPEndPoint(address, port));
            if (SocketCalls.bind(socket._fd, &native, (uint)sizeof(SocketAddress)) != 0)
                throw ErrnoException.Last($"binding udp {address}:{port}");
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Opens a socket that sends.</summary>
    /// <param name="sendBufferBytes">Wanted buffer in bytes; beyond net.core.wmem_max it takes root, otherwise less is granted.</param>
    /// <exception cref="ErrnoException">The system refused.</exception>
    public static UdpSocket ForSending(int sendBufferBytes)
    {
        var socket = Open();
        socket.SetBuffer(SocketCalls.SO_SNDBUFFORCE, SocketCalls.SO_SNDBUF, sendBufferBytes);
        return socket;
    }

    /// <summary>Makes the kernel tell when it got each datagram, see <see cref="DatagramBatch.KeepOrigins"/>.</summary>
    /// <exception cref="ErrnoException">The system refused.</exception>
    public void TellTimes()
    {
        var on = 1;
        if (SocketCalls.setsockopt(_fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_TIMESTAMPNS, &on, sizeof(int)) != 0)
            throw ErrnoException.Last("setsockopt SO_TIMESTAMPNS");
    }

    /// <summary>Says how long a receive waits for the first datagram.</summary>
    /// <exception cref="ErrnoException">The system refused.</exception>
    public void SetReceiveTimeout(TimeSpan timeout)
    {
        long* time = stackalloc long[2] { (long)timeout.TotalSeconds, timeout.Microseconds + (1000L * timeout.Milliseconds) };
        if (SocketCalls.setsockopt(_fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_RCVTIMEO, time, 2 * sizeof(long)) != 0)
            throw ErrnoException.Last("setsockopt SO_RCVTIMEO");
    }

    /// <summary>Lets the kernel hand over datagrams of one sender and size as a train, see <see cref="ReceiveTrains"/>; or no longer.</summary>
    /// <returns>False if this kernel cannot (UDP_GRO, since 5.0).</returns>
    public bool TrySetTrains(bool on)
    {
        var value = on ? 1 : 0;
        return SocketCalls.setsockopt(_fd, SocketCalls.SOL_UDP, SocketCalls.UDP_GRO, &value, sizeof(int)) == 0;
    }

    /// <summary>Ends a receive that waits; from then on a receive brings nothing, and does not wait.</summary>
    public void Interrupt()
    {
        _isInterrupted = true;
        _ = SocketCalls.shutdown(_fd, 0);   // ENOTCONN for a socket without a peer, but it wakes the reader
    }

    /// <summary>
    /// Receives trains of datagrams (see <see cref="TrySetTrains"/>), waiting for the first only: a call each, but the kernel handles a train as one
    /// datagram.
    /// </summary>
    /// <param name="batch">Where the datagrams go, one a place.</param>
    /// <param name="count">How many of the batch's places may be used. A train that finds too few is cut.</param>
    /// <param name="enough">After so many datagrams no further train is received.</param>
    /// <param name="trains">How many trains came.</param>
    /// <returns>How many datagrams came; 0 when the receive timeout passed, or after <see cref="Interrupt"/>.</returns>
    /// <exception cref="ErrnoException">The system refused.</exception>
    public int ReceiveTrains(DatagramBatch batch, int count, int enough, out int trains)
    {
        byte* control = stackalloc byte[DatagramBatch.ControlBytes];
        MultiMessage message;
        var received = 0;
        trains = 0;
        do
        {
            batch.PrepareTrain(&message, received, count - received, control);
            ReceiveCalls++;
            var bytes = SocketCalls.recvmsg(_fd, &message, received == 0 ? 0 : SocketCalls.MSG_DONTWAIT);
            if (bytes < 0)
                return Marshal.GetLastPInvokeError() is Errno.EAGAIN or Errno.EINTR ? received : throw ErrnoException.Last("recvmsg");
            // The call that was interrupted brings an empty datagram that nobody sent.
            if (_isInterrupted)
                return 0;
            received += batch.NoteTrain(&message, received, (int)bytes);
            trains++;
        }
        while (received < enough);
        return received;
    }

    /// <summary>Receives what is there, waiting for the first datagram only.</summary>
    /// <param name="batch">Where the datagrams go.</param>
    /// <param name="count">How many of the batch's places to use.</param>
    /// <returns>How many datagrams came; 0 when the receive timeout passed, or after <see cref="Interrupt"/>.</returns>
    /// <exception cref="ErrnoException">The system refused.</exception>
    public int Receive(DatagramBatch batch, int count)
    {
        batch.PrepareOrigins(count);
        ReceiveCalls++;
        var received = SocketCalls.recvmmsg(_fd, batch.Messages, (uint)count, SocketCalls.MSG_WAITFORONE, null);
        if (received >= 0)
            return _isInterrupted ? 0 : received;
        return Marshal.GetLastPInvokeError() is Errno.EAGAIN or Errno.EINTR ? 0 : throw ErrnoException.Last("recvmmsg");
    }

    /// <summary>Sends the first <paramref name="count"/> datagrams of a batch, waiting for room in the socket's buffer.</summary>
    /// <exception cref="ErrnoException">The system refused.</exception>
    public void Send(DatagramBatch batch, int count)
    {
        for (var sent = 0; sent < count;)
        {
            var n = SocketCalls.sendmmsg(_fd, batch.Messages + sent, (uint)(count - sent), 0);
            if (n > 0)
                sent += n;
            else if (Marshal.GetLastPInvokeError() is not (Errno.EINTR or Errno.EAGAIN or Errno.ECONNREFUSED or Errno.ENOBUFS))
                throw ErrnoException.Last("sendmmsg");
        }
    }

    /// <summary>
    /// Sends datagrams of equal size and destination, the last of which may be smaller, as one (udp(7), UDP_SEGMENT): the kernel cuts them apart as late
    /// as possible. At most 65,507 bytes.
    /// </summary>
    /// <exception cref="ErrnoException">The system refused.</exception>
    public void SendTrain(DatagramBatch batch, int from, int count)
    {
        byte* control = stackalloc byte[DatagramBatch.ControlBytes];
        MultiMessage message;
        batch.PrepareTrain(&message, from, count, control);
        message.Name = batch.Messages[from].Name;
        message.NameLength = batch.Messages[from].NameLength;
        // struct cmsghdr, then the size of a datagram: 18 bytes, filled up to 24.
        *(ulong*)control = 18;
        (*(int*)(control + 8), *(int*)(control + 12)) = (SocketCalls.SOL_UDP, SocketCalls.UDP_SEGMENT);
        *(ulong*)(control + 16) = (ushort)batch.PlaceBytes(from);
        message.ControlLength = 24;
        while (SocketCalls.sendmsg(_fd, &message, 0) < 0)
        {
            if (Marshal.GetLastPInvokeError() is not (Errno.EINTR or Errno.EAGAIN or Errno.ECONNREFUSED or Errno.ENOBUFS))
                throw ErrnoException.Last("sendmsg UDP_SEGMENT");
        }
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose()
    {
        var fd = Interlocked.Exchange(ref _fd, -1);
        if (fd >= 0)
            _ = SocketCalls.close(fd);
    }

    internal static SocketAddress ToNative(IPEndPoint endPoint) => new()
    {
        Family = SocketCalls.AF_INET,
        Port = BinaryPrimitives.ReverseEndianness((ushort)endPoint.Port),
        Address = MemoryMarshal.Read<uint>(endPoint.Address.GetAddressBytes()),
    };

    private static UdpSocket Open()
    {
        var fd = SocketCalls.socket(SocketCalls.AF_INET, SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_CLOEXEC, 0);
        return fd >= 0 ? new UdpSocket(fd) : throw ErrnoException.Last("socket");
    }

    private void SetBuffer(int forced, int plain, int bytes)
    {
        if (SocketCalls.setsockopt(_fd, SocketCalls.SOL_SOCKET, forced, &bytes, sizeof(int)) != 0
            && SocketCalls.setsockopt(_fd, SocketCalls.SOL_SOCKET, plain, &bytes, sizeof(int)) != 0)
            throw ErrnoException.Last($"setsockopt buffer size {bytes}");
    }

    private int GetInt(int option)
    {
        int value;
        uint length = sizeof(int);
        return SocketCalls.getsockopt(_fd, SocketCalls.SOL_SOCKET, option, &value, &length) == 0 ? value : throw ErrnoException.Last("getsockopt");
    }
}
