using System.Diagnostics;

namespace Hutch.Tests.EndToEnd.Support;

/// <summary>Waiting for conditions. The deadlines are for hanging programs, and far above what a busy machine needs.</summary>
internal static class Wait
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Polls until a condition holds.</summary>
    public static void Until(Func<bool> condition, Func<string> explanation)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Deadline)
                throw new TimeoutException($"after {Deadline.TotalSeconds} s: {explanation()}");
            Thread.Sleep(5);
        }
    }

    /// <summary>Waits until there is something, and returns it.</summary>
    public static T For<T>(Func<T?> find, string what)
        where T : class
    {
        T? found = null;
        Until(() => (found = find()) is not null, () => what);
        return found!;
    }
}
