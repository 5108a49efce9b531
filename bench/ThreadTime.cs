using System.Runtime.InteropServices;

namespace Hutch.Bench;

/// <summary>
/// The processor time of this thread (CLOCK_THREAD_CPUTIME_ID): what a computation takes, also while other programs want the processor.
/// For what never waits.
/// </summary>
internal static unsafe partial class ThreadTime
{
    private const int ProcessCpuTime = 2;
    private const int ThreadCpuTime = 3;

    internal static TimeSpan Now => Read(ThreadCpuTime);

    /// <summary>That of all threads of this process.</summary>
    internal static TimeSpan OfProcess => Read(ProcessCpuTime);

    /// <summary>What an action takes.</summary>
    internal static TimeSpan Of(Action action)
    {
        var started = Now;
        action();
        return Now - started;
    }

    private static TimeSpan Read(int clock)
    {
        long* time = stackalloc long[2];
        _ = clock_gettime(clock, time);
        return new TimeSpan((time[0] * TimeSpan.TicksPerSecond) + (time[1] / TimeSpan.NanosecondsPerTick));
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, long* time);
}
