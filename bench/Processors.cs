using System.Diagnostics;

namespace Hutch.Bench;

/// <summary>Which processors this process, and what it starts, may run on (taskset of util-linux).</summary>
public static class Processors
{
    /// <summary>Pins all threads to one processor, or to the last one of a machine that has fewer.</summary>
    public static void Pin(int processor) => TaskSet($"{Math.Min(processor, Environment.ProcessorCount - 1)}");

    /// <summary>Allows all again.</summary>
    public static void Unpin() => TaskSet("0-1023");

    private static void TaskSet(string list)
    {
        using var taskset = Process.Start(new ProcessStartInfo("taskset", ["-acp", list, $"{Environment.ProcessId}"]) { RedirectStandardOutput = true })!;
        taskset.StandardOutput.ReadToEnd();
        taskset.WaitForExit();
        if (taskset.ExitCode != 0)
            throw new InvalidOperationException($"taskset could not pin to processor {list}");
    }
}
