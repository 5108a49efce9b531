namespace Hutch.Native.Posix;

/// <summary>The error numbers that need different handling (Linux, asm-generic/errno.h).</summary>
public static class Errno
{
    /// <summary>Operation not permitted.</summary>
    public const int EPERM = 1;

    /// <summary>No such file or directory.</summary>
    public const int ENOENT = 2;

    /// <summary>Interrupted system call.</summary>
    public const int EINTR = 4;

    /// <summary>Try again: nothing there, or no room, without waiting.</summary>
    public const int EAGAIN = 11;

    /// <summary>Out of memory.</summary>
    public const int ENOMEM = 12;

    /// <summary>The thing is there already.</summary>
    public const int EEXIST = 17;

    /// <summary>No space left on the device.</summary>
    public const int ENOSPC = 28;

    /// <summary>Address already in use.</summary>
    public const int EADDRINUSE = 98;

    /// <summary>No buffer space available.</summary>
    public const int ENOBUFS = 105;

    /// <summary>Connection refused: an earlier datagram found no receiver.</summary>
    public const int ECONNREFUSED = 111;
}
