using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Hutch.Bus.Methods;

namespace Hutch.Tests.Bus;

public class MethodStatisticsTests
{
    [Fact]
    public void Percentiles_are_right_to_a_quarter_and_the_mean_exactly()
    {
        var runs = from times in Gen.ArrayOf(Gen.Choose(0, 40).SelectMany(bits => Gen.Choose(0, 999).Select(part => ((1L << bits) * (1000 + part)) / 1000))).Where(t => t.Length > 0)
                   from share in Gen.Choose(1, 100)
                   select (times, share / 100.0);

        Prop.ForAll(runs.ToArbitrary(), run =>
        {
            var (times, share) = run;
            var statistics = new MethodStatistics();
            foreach (var time in times)
                statistics.Note(time, redelivered: false);
            var exact = times.Order().First(t => times.Count(other => other <= t) >= times.Length * share);

            Assert.Equal((times.Length, 0L), ((int)statistics.Calls, statistics.Redelivered));
            Assert.Equal(Stopwatch.GetElapsedTime(0, times.Sum() / times.Length), statistics.Mean);
            // The answer is the upper end of a bucket, four of which are an octave.
            Assert.InRange(statistics.Percentile(share), Stopwatch.GetElapsedTime(0, exact), Stopwatch.GetElapsedTime(0, exact + (exact / 4) + 1));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void Calls_from_many_threads_are_all_counted()
    {
        var statistics = new MethodStatistics();

        Parallel.For(0, 10_000, i => statistics.Note(i % 100, redelivered: i % 10 == 0));

        Assert.Equal((10_000, 1000), (statistics.Calls, statistics.Redelivered));
    }

    [Fact]
    public void Without_calls_there_are_no_times()
    {
        var statistics = new MethodStatistics();

        Assert.Equal((0, TimeSpan.Zero, TimeSpan.Zero), (statistics.Calls, statistics.Mean, statistics.Percentile(0.99)));
    }
}
