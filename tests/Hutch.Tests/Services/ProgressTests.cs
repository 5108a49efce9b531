using System.Diagnostics;
using Hutch.Services;

namespace Hutch.Tests.Services;

/// <summary>When a service last made progress, and whether it is late.</summary>
public class ProgressTests
{
    private static readonly TimeSpan While = TimeSpan.FromMilliseconds(60);

    [Fact]
    public void The_heartbeat_follows_progress()
    {
        using var gate = new ManualResetEventSlim();
        using var service = new Counter("beating") { Body = stop => gate.Wait(stop) };
        service.Start();
        Until.True(() => service.SinceHeartbeat > While, "a heartbeat that grows old");
        Assert.InRange(service.Heartbeat, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow - While);
        gate.Set();
        Until.True(() => service.SinceHeartbeat < While, "a young heartbeat");
    }

    [Fact]
    public void A_long_start_does_not_make_the_heartbeat_old()
    {
        using var service = new StartsSlowly();
        TimeSpan heartbeat = default, running = default;
        service.StateChanged += (_, change) =>
        {
            if (change.To == ServiceState.Running)
                (heartbeat, running) = (service.SinceHeartbeat, service.SinceStarted.Elapsed);
        };
        service.Start();
        Assert.InRange(heartbeat, TimeSpan.Zero, running + TimeSpan.FromMilliseconds(20));   // the clock of heartbeats ticks every 10 to 16 ms on some systems
    }

    [Theory]
    [InlineData(ServiceContainer.Thread)]
    [InlineData(ServiceContainer.Pool)]
    public void A_body_that_hangs_is_late_and_one_that_pauses_is_not(ServiceContainer container)
    {
        using var hanging = new Counter("hanging") { Container = container, Body = stop => stop.WaitHandle.WaitOne() };
        using var pausing = new Counter("pausing") { Container = container, Interval = TimeSpan.FromHours(1) };
        hanging.Start();
        pausing.Start();
        Until.True(() => hanging.Overdue > While && pausing.SinceHeartbeat > While, "one to be late, and the other to pause as long");
        Assert.InRange(hanging.Overdue, While, TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.Zero, pausing.Overdue);
    }

    [Fact]
    public void Waiting_for_work_is_late_only_after_its_time()
    {
        using var service = new Waiting(TimeSpan.FromMilliseconds(200));
        service.Start();
        Until.True(() => service.Overdue > While, "to be late");
        Assert.True(service.SinceHeartbeat > TimeSpan.FromMilliseconds(240), "late only after its time");
    }

    [Theory]
    [InlineData(ServiceContainer.Thread)]
    [InlineData(ServiceContainer.Pool)]
    public void A_pause_lasts_until_the_next_iteration_is_due(ServiceContainer container)
    {
        using var service = new Counter("hourly") { Container = container, Interval = TimeSpan.FromHours(1) };
        var (before, hour) = (DateTimeOffset.UtcNow, TimeSpan.FromHours(1));
        service.Start();
        Until.True(() => service.PausesUntil is not null, "its pause");
        Assert.InRange(service.PausesUntil!.Value, before + hour, DateTimeOffset.UtcNow + hour);
        service.Stop();
        Assert.True(service.WaitTillStopped(Until.Patience));
        Assert.Null(service.PausesUntil);
    }

    [Fact]
    public void A_trouble_is_the_first_of_its_kind_once_a_run()
    {
        var seen = new List<bool>();
        using var service = new Troubled(s => seen.AddRange(new[] { 0, 31, 0, 31, 1, 1 }.Select(s)));
        for (var run = 0; run < 2; run++)
        {
            seen.Clear();
            service.Start();
            Assert.True(service.WaitTillStopped(Until.Patience));
            Assert.Equal([true, true, false, false, true, false], seen);
        }
    }

    private sealed class StartsSlowly() : Counter("slow")
    {
        public readonly Stopwatch SinceStarted = new();

        protected override void OnStarting()
        {
            Until.True(() => SinceHeartbeat > TimeSpan.FromMilliseconds(200), "a start that takes long");
            SinceStarted.Start();
        }
    }

    private sealed class Waiting : Service
    {
        public Waiting(TimeSpan upTo)
            : base("waiting") => WaitsUpTo = upTo;

        protected override TimeSpan? Iterate(CancellationToken stop)
        {
            stop.WaitHandle.WaitOne();
            return null;
        }
    }

    private sealed class Troubled(Action<Func<int, bool>> look) : Service("troubled")
    {
        protected override TimeSpan? Iterate(CancellationToken stop)
        {
            look(IsFirstTrouble);
            Stop();
            return null;
        }
    }
}
