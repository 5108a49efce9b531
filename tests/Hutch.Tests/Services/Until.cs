using System.Diagnostics;

namespace Hutch.Tests.Services;

/// <summary>Waits for a condition, never for a time.</summary>
internal static class Until
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static void True(Func<bool> condition, string what, TimeSpan? patience = null)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > (patience ?? Patience))
                Assert.Fail($"after {clock.Elapsed.TotalSeconds:0.0} s still not: {what}");
            Thread.Sleep(2);
        }
    }
}
