using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Hutch.Native.Posix;

namespace Hutch.Native.Sockets;

/// <summary>An IPv4 UDP socket for batches of datagrams (recvmmsg(2), sendmmsg(2)).</summary>
public sealed unsafe class UdpSocket : IDisposable
{
    private int _fd;

    private UdpSocket(int fd) => _fd = fd;

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
            long* timeout = stackalloc long[2] { (long)receiveTimeout.TotalSeconds, receiveTimeout.Microseconds + (1000L * receiveTimeout.Milliseconds) };
            if (SocketCalls.setsockopt(socket._fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_RCVTIMEO, timeout, 2 * sizeof(long)) != 0)
                throw ErrnoException.Last("setsockopt SO_RCVTIMEO");
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

    /// <summary>Receives what is there, waiting for the first datagram only.</summary>
    /// <param name="batch">Where the datagrams go.</param>
    /// <param name="count">How many of the batch's places to use.</param>
    /// <returns>How many datagrams came; 0 when the receive timeout passed.</returns>
    /// <exception cref="ErrnoException">The system refused.</exception>
    public int Receive(DatagramBatch batch, int count)
    {
        batch.PrepareOrigins(count);
        var received = SocketCalls.recvmmsg(_fd, batch.Messages, (uint)count, SocketCalls.MSG_WAITFORONE, null);
        if (received >= 0)
            return received;
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
