using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hutch.Bench;

/// <summary>Which processors this process, and what it starts, may run on (taskset of util-linux).</summary>
public static partial class Processors
{
    /// <summary>Pins all threads to one processor, or to the last one of a machine that has fewer.</summary>
    public static void Pin(int processor) => TaskSet($"{Math.Min(processor, Environment.ProcessorCount - 1)}");

    /// <summary>Pins the calling thread alone.</summary>
    public static void PinThisThread(int processor)
    {
        var mask = 1UL << Math.Min(processor, Environment.ProcessorCount - 1);
        if (sched_setaffinity(0, sizeof(ulong), ref mask) != 0)
            throw new InvalidOperationException($"a thread could not be pinned to processor {processor}");
    }

    /// <summary>Allows all again.</summary>
    public static void Unpin() => TaskSet("0-1023");

    [LibraryImport("libc")]
    private static partial int sched_setaffinity(int thread, nuint bytes, ref ulong mask);

    private static void TaskSet(string list)
    {
        // It fails if a thread ends between its look at them and their turn.
        for (var tries = 0; tries < 5; tries++)
        {
            using var taskset = Process.Start(new ProcessStartInfo("taskset", ["-acp", list, $"{Environment.ProcessId}"]) { RedirectStandardOutput = true })!;
            taskset.StandardOutput.ReadToEnd();
            taskset.WaitForExit();
            if (taskset.ExitCode == 0)
                return;
        }
        throw new InvalidOperationException($"taskset could not pin to processor {list}");
    }
}
