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
    public void One_that_is_disposed_of_is_not_started_again()
    {
        var service = new Counter("over");
        service.Start();
        service.Dispose();
        service.Dispose();
        Assert.Equal((ServiceState.Stopped, 1), (service.State, service.Released));
        Assert.Throws<ObjectDisposedException>(service.Start);
    }

    [Fact]
    public void One_at_work_is_not_cleaned_up()
    {
        using var service = new Counter("busy");
        service.Start();
        var error = Assert.Throws<InvalidOperationException>(service.Cleanup);
        Assert.Equal("service busy is Running; stop or kill it before cleaning it up", error.Message);
        Assert.Contains(service, ServiceRegistry.FindServicesFromAllSources());
    }

    [Fact]
    public void A_failed_release_makes_the_end_a_failure_and_hides_no_earlier_error()
    {
        var log = new ListLogger();
        using var service = new FailsToRelease("ill", log) { OnError = ErrorAction.Fail, Body = _ => throw new IOException("disk") };
        using var well = new FailsToRelease("well", log);
        service.Start();
        well.Start();
        well.Stop();
        Assert.True(service.WaitTillStopped(Until.Patience) && well.WaitTillStopped(Until.Patience));
        Assert.Equal((ServiceState.Failed, "disk"), (service.State, service.LastError!.Message));
        Assert.Equal((ServiceState.Failed, "still open", "still open"), (well.State, well.LastError!.Message, well.History[^1].Reason));
        Assert.Equal(["ill: disk", "ill: still open", "well: still open"], log.Records.Select(r => r.Text).Order());
    }

    [Fact]
    public void A_stop_priority_is_0_to_100()
    {
        Assert.Equal([0, 100], new[] { 0, 100 }.Select(p => new Counter("x") { StopPriority = p }.StopPriority));
        foreach (var wrong in new[] { -1, 101 })
            Assert.Contains("service x: a stop priority is 0 to 100", Assert.Throws<ArgumentOutOfRangeException>(() => new Counter("x") { StopPriority = wrong }).Message);
    }

    private sealed class FailsToRelease(string name, ListLogger log) : Counter(name, log)
    {
        protected override void OnStopped() => throw new IOException("still open");
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
