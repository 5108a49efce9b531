using System.Runtime.InteropServices;
using Hutch.Native.Posix;

namespace Hutch.Native.Processes;

/// <summary>Where, and before whom, a thread runs.</summary>
/// <param name="Processor">The only processor it runs on, or null: any.</param>
/// <param name="RealTimePriority">1 to 99: before every ordinary thread, and before those of lower priority (SCHED_FIFO); null: an ordinary thread.</param>
public sealed unsafe partial record ThreadPlacement(int? Processor, int? RealTimePriority)
{
    private const int Fifo = 1;             // SCHED_FIFO, sched.h
    private const int MaskWords = 16;       // 1024 processors, as glibc's cpu_set_t

    /// <summary>The highest processor number that can be named.</summary>
    public const int HighestProcessor = (MaskWords * 64) - 1;

    /// <summary>Places the calling thread.</summary>
    /// <exception cref="ErrnoException">The system refused: EINVAL, there is no such processor for this process; EPERM, it may not use this priority.</exception>
    public void Apply()
    {
        if (Processor is { } processor)
        {
            ulong* mask = stackalloc ulong[MaskWords];
            new Span<ulong>(mask, MaskWords).Clear();
            mask[processor / 64] = 1UL << (processor % 64);
            if (sched_setaffinity(0, MaskWords * sizeof(ulong), mask) != 0)
                throw ErrnoException.Last($"sched_setaffinity to processor {processor}");
        }
        if (RealTimePriority is { } priority && sched_setscheduler(0, Fifo, &priority) != 0)
            throw ErrnoException.Last($"sched_setscheduler to priority {priority}");
    }

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    private static partial int sched_setaffinity(int thread, nuint bytes, ulong* mask);

    [LibraryImport(NativeLibraries.C, SetLastError = true)]
    private static partial int sched_setscheduler(int thread, int policy, int* priority);
}
