using System.Runtime.InteropServices;

namespace Hutch.Native.Posix;

/// <summary>A call to the C library failed: what was tried, errno, and its text.</summary>
public sealed class ErrnoException : IOException
{
    /// <summary>Makes the error from an errno value.</summary>
    /// <param name="what">What was tried, with the thing it was tried on: <c>shm_open /JF-0</c>.</param>
    /// <param name="errno">The error number.</param>
    public ErrnoException(string what, int errno)
        : base($"{what}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})")
    {
        Errno = errno;
    }

    /// <summary>The error number of the C library.</summary>
    public int Errno { get; }

    /// <summary>Makes the error from the errno that the last native call of this thread left.</summary>
    internal static ErrnoException Last(string what) => new(what, Marshal.GetLastPInvokeError());
}
