using System.Runtime.InteropServices;

namespace Hutch.Native.Zmq;

/// <summary>The calls of libzmq that are used (constants: zmq.h of 4.3).</summary>
internal static unsafe partial class ZmqCalls
{
    internal const int ZMQ_SUBSCRIBE = 6;
    internal const int ZMQ_RCVMORE = 13;
    internal const int ZMQ_LINGER = 17;
    internal const int ZMQ_SNDHWM = 23;
    internal const int ZMQ_RCVHWM = 24;
    internal const int ZMQ_RCVTIMEO = 27;
    internal const int ZMQ_SNDTIMEO = 28;
    internal const int ZMQ_LAST_ENDPOINT = 32;
    internal const int ZMQ_TCP_KEEPALIVE = 34;
    internal const int ZMQ_TCP_KEEPALIVE_CNT = 35;
    internal const int ZMQ_TCP_KEEPALIVE_IDLE = 36;
    internal const int ZMQ_TCP_KEEPALIVE_INTVL = 37;
    internal const int ZMQ_XPUB_VERBOSER = 78;
    internal const int ZMQ_XPUB_NODROP = 69;
    internal const int ZMQ_DONTWAIT = 1;
    internal const int ZMQ_SNDMORE = 2;
    internal const short ZMQ_POLLIN = 1;

    [LibraryImport(NativeLibraries.Zmq, SetLastError = true)]
    internal static partial nint zmq_ctx_new();

    [LibraryImport(NativeLibraries.Zmq, SetLastError = true)]
    internal static partial nint zmq_socket(nint context, int type);

    [LibraryImport(NativeLibraries.Zmq, SetLastError = true)]
    internal static partial int zmq_close(nint socket);

    [LibraryImport(NativeLibraries.Zmq, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int zmq_bind(nint socket, string endpoint);

    [LibraryImport(NativeLibraries.Zmq, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int zmq_connect(nint socket, string endpoint);

    [LibraryImport(NativeLibraries.Zmq, SetLastError = true)]
    internal static partial int zmq_setsockopt(nint socket, int option, void* value, nuint length);

    [LibraryImport(NativeLibraries.Zmq, SetLastError = true)]
    internal static partial int zmq_getsockopt(nint socket, int option, void* value, nuint* length);

    [LibraryImport(NativeLibraries.Zmq, SetLastError = true)]
    internal static partial int zmq_send(nint socket, void* data, nuint length, int flags);

    [LibraryImport(NativeLibraries.Zmq, SetLastError = true)]
    internal static partial int zmq_recv(nint socket, void* data, nuint length, int flags);

    [LibraryImport(NativeLibraries.Zmq, SetLastError = true)]
    internal static partial int zmq_poll(PollItem* items, int count, nint timeoutMs);

    [LibraryImport(NativeLibraries.Zmq)]
    internal static partial int zmq_msg_init(void* message);

    [LibraryImport(NativeLibraries.Zmq, SetLastError = true)]
    internal static partial int zmq_msg_init_size(void* message, nuint bytes);

    [LibraryImport(NativeLibraries.Zmq)]
    internal static partial int zmq_msg_close(void* message);

    [LibraryImport(NativeLibraries.Zmq)]
    internal static partial void* zmq_msg_data(void* message);

    [LibraryImport(NativeLibraries.Zmq)]
    internal static partial nuint zmq_msg_size(void* message);

    [LibraryImport(NativeLibraries.Zmq, SetLastError = true)]
    internal static partial int zmq_msg_send(void* message, nint socket, int flags);

    [LibraryImport(NativeLibraries.Zmq, SetLastError = true)]
    internal static partial int zmq_msg_recv(void* message, nint socket, int flags);

    [LibraryImport(NativeLibraries.Zmq)]
    internal static partial nint zmq_strerror(int error);

    /// <summary>zmq_pollitem_t: a socket of libzmq, or a descriptor if there is none.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollItem
    {
        public nint Socket;
        public int Fd;
        public short Events;
        public short Returned;
    }
}
