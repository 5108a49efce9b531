using System.Diagnostics;

namespace Hutch.Tests.Servers;

/// <summary>Waits for a condition instead of for a time.</summary>
public static class Eventually
{
    public static Task TrueAsync(Func<bool> condition, string what, double seconds = 30) =>
        TrueAsync(() => Task.FromResult(condition()), TimeSpan.FromSeconds(seconds), () => what);

    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan limit, Func<string> what)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > limit)
                Assert.Fail($"not within {limit.TotalSeconds:0} s: {what()}");
            await Task.Delay(10);
        }
    }
}
