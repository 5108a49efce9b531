using Hutch.Bus;
using Hutch.Services;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Reduction.Tests.Services;

public class WatchdogTests
{
    [Fact]
    public void It_ends_the_program_when_a_service_makes_no_progress_and_not_before()
    {
        using var hang = new ManualResetEventSlim();
        using var stuck = new DelegateService("stuck", _ => hang.Wait(CancellationToken.None));
        var ended = new TaskCompletionSource<int>();
        using var watchdog = new Hutch.Reduction.Services.WatchdogService([stuck], TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(300), () => ["a line"], NullLogger.Instance, ended.SetResult);
        stuck.Start();
        watchdog.Start();
        Assert.False(ended.Task.IsCompleted);
        Until.True(() => ended.Task.IsCompleted, "the watchdog bites");
        Assert.True(stuck.SinceHeartbeat > TimeSpan.FromMilliseconds(300));
        Assert.Equal(75, ended.Task.Result);
        hang.Set();
    }

    [Fact]
    public void It_does_not_end_the_program_because_the_broker_of_the_results_is_away()
    {
        using var publisher = new Publisher($"amqp://127.0.0.1:{FreePort.Next()}");
        var ended = new TaskCompletionSource<int>();
        using var watchdog = new Hutch.Reduction.Services.WatchdogService([publisher], TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(300), () => [], NullLogger.Instance, ended.SetResult);
        publisher.Start();
        watchdog.Start();
        Until.True(() => publisher.SinceHeartbeat > TimeSpan.FromSeconds(1) || ended.Task.IsCompleted, "the publisher has waited for longer than the threshold");
        Assert.False(ended.Task.IsCompleted);
    }

    private sealed class Publisher(string url) : BusService(url, new ServeOptions { Name = "results" });
}
