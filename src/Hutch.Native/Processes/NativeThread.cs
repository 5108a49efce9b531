using System.Runtime.InteropServices;

namespace Hutch.Native.Processes;

/// <summary>Threads as the kernel knows them.</summary>
public static partial class NativeThread
{
    /// <summary>The kernel's id of the calling thread, as in <c>/proc/self/task</c>; see gettid(2).</summary>
    public static int CurrentId => gettid();

    [LibraryImport("libc")]
    private static partial int gettid();
}
