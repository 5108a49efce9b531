using FsCheck;
using FsCheck.Fluent;
using Hutch.Supervision;

namespace Hutch.Tests.Services;

public class BackoffTests
{
    private static readonly RestartOptions Options = new() { InitialDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(10), Budget = 6, Window = TimeSpan.FromSeconds(100) };

    [Fact]
    public void The_delay_doubles_up_to_its_limit()
    {
        var backoff = new Backoff(Options);
        var now = DateTimeOffset.UnixEpoch;
        var delays = Enumerable.Range(0, 5).Select(_ => backoff.Next(now, TimeSpan.Zero).TotalSeconds);
        Assert.Equal([1, 2, 4, 8, 10], delays);
    }

    [Fact]
    public void A_long_run_makes_the_next_failure_a_first_one()
    {
        var backoff = new Backoff(Options);
        var now = DateTimeOffset.UnixEpoch;
        backoff.Next(now, TimeSpan.Zero);
        backoff.Next(now, TimeSpan.Zero);
        Assert.Equal(1, backoff.Next(now.AddSeconds(200), TimeSpan.FromSeconds(200)).TotalSeconds);
    }

    [Fact]
    public void A_used_up_budget_slows_down_and_recovers()
    {
        var backoff = new Backoff(Options with { MaxDelay = TimeSpan.FromSeconds(60) });
        var now = DateTimeOffset.UnixEpoch;
        for (var i = 0; i < 6; i++)
            backoff.Next(now.AddSeconds(i), TimeSpan.FromSeconds(101));
        Assert.False(backoff.IsExhausted);
        Assert.Equal(60, backoff.Next(now.AddSeconds(6), TimeSpan.FromSeconds(101)).TotalSeconds);
        Assert.True(backoff.IsExhausted);
        Assert.Equal(1, backoff.Next(now.AddSeconds(150), TimeSpan.FromSeconds(101)).TotalSeconds);
        Assert.False(backoff.IsExhausted);
    }

    [Fact]
    public void A_used_up_budget_slows_a_crash_loop_also_where_the_longest_delay_is_short()
    {
        var backoff = new Backoff(new RestartOptions { InitialDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(100), Budget = 10, Window = TimeSpan.FromSeconds(60) });
        var now = DateTimeOffset.UnixEpoch;
        var restarts = 0;
        for (; now < DateTimeOffset.UnixEpoch.AddMinutes(10); restarts++)
            now += backoff.Next(now, TimeSpan.Zero) + TimeSpan.FromMilliseconds(1);
        Assert.InRange(restarts, 90, 125); // 10 at once, then 10 a minute with some more at each minute's end
        Assert.True(backoff.IsExhausted);
    }

    [Fact]
    public void Whatever_happens_the_delay_stays_within_its_limits_and_the_budget_holds() =>
        Prop.ForAll(
            Gen.Choose(0, 50).Zip(Gen.Choose(0, 200)).ListOf().ToArbitrary(),
            steps =>
            {
                var backoff = new Backoff(Options);
                var now = DateTimeOffset.UnixEpoch;
                var quick = new List<DateTimeOffset>();
                foreach (var (pause, ran) in steps)
                {
                    now = now.AddSeconds(pause);
                    var delay = backoff.Next(now, TimeSpan.FromSeconds(ran));
                    Assert.InRange(delay, Options.InitialDelay, backoff.IsExhausted ? Options.Window / Options.Budget : Options.MaxDelay);
                    if (!backoff.IsExhausted)
                        quick.Add(now);
                    Assert.True(quick.Count(q => now - q <= Options.Window) <= Options.Budget);
                }
            }).QuickCheckThrowOnFailure();
}
