using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Hutch.Native.Processes;

/// <summary>The end of a process that cannot be ended in order, because a part of it hangs.</summary>
public static partial class ImmediateExit
{
    /// <summary>Ends this process at once (_exit(2)): no finalisers, no handlers, no waiting for threads. Child processes that die with their parent die.</summary>
    /// <param name="code">The exit code.</param>
    [DoesNotReturn]
    public static void Now(int code)
    {
        _exit(code);
        throw new InvalidOperationException("_exit has returned");
    }

    [LibraryImport("libc")]
    private static partial void _exit(int code);
}
