using System.Runtime.InteropServices;

namespace Hutch.Native.Posix;

/// <summary>What the kernel knows about its clock (adjtimex(2)).</summary>
public static unsafe partial class SystemClock
{
    private const int TimexBytes = 208;   // struct timex on 64 bit
    private const int TIME_ERROR = 5;

    /// <summary>Whether a time service keeps the clock.</summary>
    public static bool IsSynchronised
    {
        get
        {
            // All zeros: nothing is to be changed.
            byte* timex = stackalloc byte[TimexBytes];
            new Span<byte>(timex, TimexBytes).Clear();
            return adjtimex(timex) is >= 0 and not TIME_ERROR;
        }
    }

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    private static partial int adjtimex(void* timex);
}
