using System.Runtime.InteropServices;

namespace Hutch.Native.Processes;

/// <summary>A call that makes, watches or ends a process failed: what was tried, errno, and its text.</summary>
public sealed class ProcessException : IOException
{
    /// <summary>Makes the error from an errno value.</summary>
    /// <param name="what">What was tried, with the thing it was tried on.</param>
    /// <param name="errno">The error number.</param>
    public ProcessException(string what, int errno)
        : base($"{what}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})") => Errno = errno;

    /// <summary>The error number of the C library.</summary>
    public int Errno { get; }

    internal static ProcessException Last(string what) => new(what, Marshal.GetLastPInvokeError());
}
