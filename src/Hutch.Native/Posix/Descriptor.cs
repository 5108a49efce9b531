using Hutch.Native.Processes;

namespace Hutch.Native.Posix;

/// <summary>What holds for any file descriptor.</summary>
internal static class Descriptor
{
    private const int F_SETFD = 2;
    private const int F_DUPFD_CLOEXEC = 1030;
    private const int FD_CLOEXEC = 1;

    /// <summary>Lets processes that are started from now on not inherit a descriptor.</summary>
    /// <returns>False if it is not open.</returns>
    internal static bool KeepFromChildren(int fd) => ProcessCalls.fcntl(fd, F_SETFD, FD_CLOEXEC) >= 0;

    /// <summary>A second descriptor of the same open file, which shares its locks and which child processes do not inherit.</summary>
    /// <returns>The descriptor, to be closed by the caller; negative if there is none to be had.</returns>
    internal static int Copy(int fd) => ProcessCalls.fcntl(fd, F_DUPFD_CLOEXEC, 0);
}
