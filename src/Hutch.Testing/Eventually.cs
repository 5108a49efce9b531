using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Hutch.Testing;

/// <summary>Waits for a condition instead of for a time.</summary>
public static class Eventually
{
    /// <summary>The longest wait unless told otherwise: for what hangs, and far above what a busy machine needs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks again and again until the answer is yes.</summary>
    /// <param name="condition">The condition, cheap to ask.</param>
    /// <param name="patience">The longest wait; null for <see cref="Patience"/>.</param>
    /// <param name="text">The condition as it is written.</param>
    /// <exception cref="TimeoutException">It did not become true in time.</exception>
    public static void True(Func<bool> condition, TimeSpan? patience = null, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        ArgumentNullException.ThrowIfNull(condition);
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) is var waited && waited > (patience ?? Patience))
                throw new TimeoutException($"after {waited.TotalSeconds:0.0} s still not: {text}");
#pragma warning disable RS0030 // any condition is polled
            Thread.Sleep(1);
#pragma warning restore RS0030
        }
    }
}
