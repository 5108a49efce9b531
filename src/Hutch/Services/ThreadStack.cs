using System.Globalization;

namespace Hutch.Services;

/// <summary>What a thread that does not end is doing, as far as it can be told from outside.</summary>
internal static class ThreadStack
{
    public static string Describe(Thread? thread, int nativeId)
    {
        if (thread is null)
            return "it runs on the thread pool and has not returned.";
        if (nativeId == 0)
            return "its thread has not started to run.";
        var kernel = Kernel(nativeId);
        return $"its thread {nativeId.ToString(CultureInfo.InvariantCulture)} {kernel}.";
    }

    // proc(5): the state is the first field behind the parenthesised name, user and system ticks the 12th and 13th.
    private static string Kernel(int nativeId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/self/task/{nativeId}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
            var waits = File.ReadAllText($"/proc/self/task/{nativeId}/wchan");
            var doing = fields[0] == "R" ? "is computing" : waits is "0" or "" ? $"is in state {fields[0]}" : $"waits in the kernel ({waits})";
            return $"{doing} and has used {ticks / 100.0:0.##} s of processor time";
        }
        catch (IOException)
        {
            return "has just ended";
        }
    }
}
