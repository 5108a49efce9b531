using System.Runtime.InteropServices;

namespace Hutch.Native.Posix;

/// <summary>The kernel's clock: what it knows about itself (adjtimex(2)), and sleeps shorter than a thread of the runtime can (nanosleep(2)).</summary>
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

    /// <summary>Sleeps for less than a second; the kernel adds some 50 us, and a signal ends it early.</summary>
    public static void Sleep(TimeSpan time)
    {
        long* request = stackalloc long[2] { 0, (long)time.TotalNanoseconds };
        _ = nanosleep(request, null);
    }

    [LibraryImport(NativeLibraries.C)]
    private static partial int nanosleep(long* request, long* remaining);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    private static partial int adjtimex(void* timex);
}
