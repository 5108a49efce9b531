using System.Diagnostics;

namespace Hutch.Bench.Bus;

/// <summary>What a number of askers measured.</summary>
/// <param name="Rate">Answers a second.</param>
/// <param name="P50">The time half the answers took at most.</param>
/// <param name="P99">The time 99 of 100 answers took at most.</param>
public sealed record Load(double Rate, TimeSpan P50, TimeSpan P99)
{
    /// <summary>Asks from so many tasks at once, each one question after another, for some time.</summary>
    public static async Task<Load> MeasureAsync(IEcho echo, int inFlight, TimeSpan time)
    {
        var next = 0;
        var start = Stopwatch.GetTimestamp();
        async Task<List<long>> AskAsync()
        {
            var times = new List<long>();
            while (Stopwatch.GetElapsedTime(start) < time)
            {
                var asked = Stopwatch.GetTimestamp();
                await echo.AskAsync(Interlocked.Increment(ref next));
                times.Add(Stopwatch.GetTimestamp() - asked);
            }
            return times;
        }
        var all = (await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(AskAsync)))).SelectMany(t => t).Order().ToArray();
        var elapsed = Stopwatch.GetElapsedTime(start);
        return new Load(all.Length / elapsed.TotalSeconds, Time(all, 0.5), Time(all, 0.99));
    }

    public override string ToString() => $"{Rate,9:0}/s  p50 {P50.TotalMilliseconds:0.000} ms  p99 {P99.TotalMilliseconds:0.000} ms";

    private static TimeSpan Time(long[] sorted, double share) => Stopwatch.GetElapsedTime(0, sorted[(int)(share * (sorted.Length - 1))]);
}
