using System.Runtime.InteropServices;

namespace Hutch.Native.Sockets;

/// <summary>Socket calls of the C library (constants and layouts: Linux on 64 bit, asm-generic).</summary>
internal static unsafe partial class SocketCalls
{
    internal const int AF_INET = 2;
    internal const int SOCK_DGRAM = 2;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int SOL_SOCKET = 1;
    internal const int SO_SNDBUF = 7;
    internal const int SO_RCVBUF = 8;
    internal const int SO_RCVTIMEO = 20;
    internal const int SO_SNDBUFFORCE = 32;
    internal const int SO_RCVBUFFORCE = 33;
    internal const int SO_TIMESTAMPNS = 35;
    internal const int SO_MEMINFO = 55;
    internal const int SOL_UDP = 17;
    internal const int UDP_SEGMENT = 103;
    internal const int UDP_GRO = 104;
    internal const int MSG_DONTWAIT = 0x40;
    internal const int MSG_WAITFORONE = 0x10000;
    internal const int MSG_TRUNC = 0x20;

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    internal static partial int bind(int fd, SocketAddress* address, uint length);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    internal static partial int getsockname(int fd, SocketAddress* address, uint* length);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    internal static partial int setsockopt(int fd, int level, int option, void* value, uint length);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    internal static partial int getsockopt(int fd, int level, int option, void* value, uint* length);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    internal static partial int recvmmsg(int fd, MultiMessage* messages, uint count, int flags, void* timeout);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    internal static partial nint recvmsg(int fd, MultiMessage* message, int flags);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    internal static partial nint sendmsg(int fd, MultiMessage* message, int flags);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    internal static partial int shutdown(int fd, int how);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    internal static partial int sendmmsg(int fd, MultiMessage* messages, uint count, int flags);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    internal static partial int close(int fd);
}

/// <summary><c>struct sockaddr_in</c>: port and address in network byte order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SocketAddress
{
    internal ushort Family;
    internal ushort Port;
    internal uint Address;
    internal ulong Zero;
}

/// <summary><c>struct iovec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    internal byte* Base;
    internal nuint Length;
}

/// <summary><c>struct mmsghdr</c>: a <c>struct msghdr</c> and the number of bytes that were moved.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MultiMessage
{
    internal void* Name;
    internal uint NameLength;
    internal IoVector* Vectors;
    internal nuint VectorCount;
    internal void* Control;
    internal nuint ControlLength;
    internal int Flags;
    private readonly uint _padding;
    internal uint Length;
    private readonly uint _tail;
}
