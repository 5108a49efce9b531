using System.Diagnostics;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Tests.Services;

public class LifeCycleTests
{
    [Theory]
    [InlineData(ServiceContainer.Thread)]
    [InlineData(ServiceContainer.Pool)]
    public void A_service_runs_again_and_again_until_it_is_stopped(ServiceContainer container)
    {
        using var service = new Counter("again") { Container = container };
        Assert.Equal(ServiceState.Created, service.State);
        service.Start();
        Assert.True(service.IsServiceAlive);
        Until.True(() => service.Count >= 5, "five iterations");
        service.Stop();
        Assert.True(service.WaitTillStopped(Until.Patience));
        var count = service.Count;
        Assert.Equal(ServiceState.Stopped, service.State);
        Assert.Equal(1, service.Released);
        Assert.Equal(
            [ServiceState.Starting, ServiceState.Running, ServiceState.Stopping, ServiceState.Stopped],
            service.History.Select(c => c.To));
        Assert.Equal(count, service.Count);
    }

    [Theory]
    [InlineData(ServiceContainer.Thread)]
    [InlineData(ServiceContainer.Pool)]
    public void An_exception_in_the_body_is_logged_with_the_identity_and_the_service_goes_on(ServiceContainer container)
    {
        var log = new ListLogger();
        var errors = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        using var service = new Counter("throwing", log) { Container = container, Body = _ => throw new IOException("no such ring") };
        service.ErrorOccurred += (_, error) => errors.Enqueue(error);
        service.Start();
        Until.True(() => service.Count >= 3, "three iterations in spite of errors");
        Assert.Equal("no such ring", service.LastError!.Message);
        Assert.True(service.IsServiceAlive);
        Assert.NotEmpty(errors);
        Assert.Contains(log.Records, r => r.Level == LogLevel.Error && r.Text == "throwing: no such ring" && r.Scope == "service=throwing");
    }

    [Theory]
    [InlineData(ServiceContainer.Thread)]
    [InlineData(ServiceContainer.Pool)]
    public void An_exception_ends_the_service_if_it_is_told_to(ServiceContainer container)
    {
        using var service = new Counter("fragile") { Container = container, OnError = ErrorAction.Fail, Body = _ => throw new IOException("disk") };
        service.Start();
        Assert.True(service.WaitTillStopped(Until.Patience));
        Assert.Equal(ServiceState.Failed, service.State);
        Assert.Equal("disk", service.History[^1].Reason);
        Assert.Equal(1, service.Released);
    }

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(3600, 3600)]
    public void A_service_that_is_not_ready_is_asked_again_after_its_interval_and_not_at_once(double interval, double pause)
    {
        using var service = new Unready(new ListLogger()) { Interval = TimeSpan.FromSeconds(interval) };
        DateTimeOffset? until = null;
        var before = DateTimeOffset.UtcNow;
        service.Start();
        Until.True(() => (until = service.PausesUntil) is not null, "its pause");
        Assert.InRange(until!.Value, before + TimeSpan.FromSeconds(pause), DateTimeOffset.UtcNow + TimeSpan.FromSeconds(pause));
    }

    [Fact]
    public void A_pause_lasts_until_the_next_iteration_is_due()
    {
        using var service = new Counter("hourly") { Interval = TimeSpan.FromHours(1) };
        var (before, hour) = (DateTimeOffset.UtcNow, TimeSpan.FromHours(1));
        service.Start();
        Until.True(() => service.PausesUntil is not null, "its pause");
        Assert.InRange(service.PausesUntil!.Value, before + hour, DateTimeOffset.UtcNow + hour);
        service.Stop();
        Assert.True(service.WaitTillStopped(Until.Patience));
        Assert.Null(service.PausesUntil);
    }

    [Fact]
    public void A_survived_error_does_not_turn_a_later_end_into_a_failure()
    {
        Counter? service = null;
        service = new Counter("recovering")
        {
            Body = _ =>
            {
                if (service!.Count == 1)
                    throw new IOException("once");
                service.Stop();
            },
        };
        using (service)
        {
            service.Start();
            Assert.True(service.WaitTillStopped(Until.Patience));
            Assert.Equal(ServiceState.Stopped, service.State);
            Assert.Equal("once", service.LastError!.Message);
        }
    }

    [Fact]
    public void A_failed_start_throws_what_it_threw_and_can_be_repeated()
    {
        using var service = new FailsToStart();
        var error = Assert.Throws<UserErrorException>(service.Start);
        Assert.Equal("port 1 is in use", error.Message);
        Assert.Equal(ServiceState.Failed, service.State);
        Assert.Equal(1, service.Released);
        service.MayStart = true;
        service.Start();
        Assert.Equal(ServiceState.Running, service.State);
        Assert.Equal(2, service.StartCount);
        Assert.Null(service.LastError);
    }

    [Fact]
    public void A_running_service_cannot_be_started_again()
    {
        using var service = new Counter("twice");
        service.Start();
        var error = Assert.Throws<InvalidOperationException>(service.Start);
        Assert.Contains("twice is already Running", error.Message);
    }

    [Fact]
    public void An_unready_service_skips_its_iteration_and_says_so_at_debug_level()
    {
        var log = new ListLogger();
        using var service = new Unready(log);
        service.Start();
        Until.True(() => log.Records.Any(r => r.Level == LogLevel.Debug && r.Text == "unready: iteration skipped: it is not ready"), "the debug record");
        Assert.Equal(0, service.Count);
        service.Ready = true;
        Until.True(() => service.Count > 2, "iterations once ready");
        Assert.Equal(1, service.Firsts);
    }

    [Fact]
    public void An_async_body_is_cancelled_by_stop()
    {
        var began = new TaskCompletionSource();
        using var service = new AsyncDelegateService("async", async stop =>
        {
            began.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
        });
        service.Start();
        Assert.True(began.Task.Wait(Until.Patience));
        service.Stop();
        Assert.True(service.WaitTillStopped(Until.Patience));
        Assert.Equal(ServiceState.Stopped, service.State);
        Assert.Null(service.LastError);
    }

    [Fact]
    public void The_body_says_how_long_to_pause()
    {
        var calls = 0;
        using var service = new DelegateService("pausing", _ => ++calls == 1 ? TimeSpan.FromHours(1) : TimeSpan.Zero);
        service.Start();
        Until.True(() => calls == 1, "the first iteration");
        service.Stop();
        Assert.True(service.WaitTillStopped(Until.Patience));
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Changes_of_state_are_raised_in_order()
    {
        var seen = new List<ServiceState>();
        using var service = new Counter("seen");
        service.StateChanged += (_, change) =>
        {
            lock (seen)
                seen.Add(change.To);
        };
        service.Start();
        service.Stop();
        Assert.True(service.WaitTillStopped(Until.Patience));
        Until.True(() => seen.Count == 4, "four events");
        Assert.Equal([ServiceState.Starting, ServiceState.Running, ServiceState.Stopping, ServiceState.Stopped], seen);
    }

    [Fact]
    public void The_heartbeat_follows_progress()
    {
        using var gate = new ManualResetEventSlim();
        using var service = new Counter("beating") { Body = stop => gate.Wait(stop) };
        service.Start();
        Until.True(() => service.SinceHeartbeat > TimeSpan.FromMilliseconds(60), "a heartbeat that grows old");
        gate.Set();
        Until.True(() => service.SinceHeartbeat < TimeSpan.FromMilliseconds(60), "a young heartbeat");
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

    private sealed class StartsSlowly() : Counter("slow")
    {
        public readonly Stopwatch SinceStarted = new();

        protected override void OnStarting()
        {
            Until.True(() => SinceHeartbeat > TimeSpan.FromMilliseconds(200), "a start that takes long");
            SinceStarted.Start();
        }
    }

    private sealed class FailsToStart() : Counter("failing")
    {
        public bool MayStart;

        protected override void OnStarting()
        {
            if (!MayStart)
                throw new UserErrorException("port 1 is in use");
        }
    }

    private sealed class Unready(ILogger log) : Counter("unready", log)
    {
        public volatile bool Ready;
        public int Firsts;

        protected override bool IsReady(CancellationToken stop) => Ready;

        protected override void OnFirstIteration(CancellationToken stop) => Firsts++;
    }
}
