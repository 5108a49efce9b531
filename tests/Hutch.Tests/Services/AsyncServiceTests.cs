using Hutch.Services;

namespace Hutch.Tests.Services;

/// <summary>What is different where the body is asynchronous.</summary>
public class AsyncServiceTests
{
    [Fact]
    public void The_first_iteration_is_prepared_once_when_the_service_is_ready()
    {
        var log = new ListLogger();
        using var service = new Stepping(log);
        service.Start();
        Until.True(() => log.Records.Any(r => r.Text == "stepping: iteration skipped: it is not ready"), "the debug record");
        Assert.Equal((0, 0), (service.Firsts, service.Count));
        service.Ready = true;
        Until.True(() => service.Count >= 3, "iterations once ready");
        Assert.Equal(1, service.Firsts);
    }

    [Fact]
    public void Its_heartbeat_follows_its_iterations_and_waiting_is_not_late()
    {
        using var service = new Stepping { Ready = true };
        service.Goes.Reset();
        service.Start();
        Until.True(() => service.SinceHeartbeat > TimeSpan.FromMilliseconds(60), "a heartbeat that grows old");
        Assert.Equal(TimeSpan.Zero, service.Overdue);
        service.Goes.Set();
        Until.True(() => service.SinceHeartbeat < TimeSpan.FromMilliseconds(60), "a young heartbeat");
    }

    [Fact]
    public void It_cannot_have_a_thread()
    {
        var error = Assert.Throws<ArgumentException>(() => new Stepping { Container = ServiceContainer.Thread });
        Assert.Contains("service stepping has an asynchronous body", error.Message);
        Assert.Equal(ServiceContainer.Pool, new Stepping { Container = ServiceContainer.Pool }.Container);
    }

    private sealed class Stepping(ListLogger? log = null) : AsyncService("stepping", log)
    {
        public readonly ManualResetEventSlim Goes = new(initialState: true);
        public volatile bool Ready;
        public volatile int Firsts;
        public volatile int Count;

        protected override ValueTask<bool> IsReadyAsync(CancellationToken stop) => ValueTask.FromResult(Ready);

        protected override Task OnFirstIterationAsync(CancellationToken stop)
        {
            Firsts++;
            return Task.CompletedTask;
        }

        protected override async Task<TimeSpan?> IterateAsync(CancellationToken stop)
        {
            Count++;
            await Task.Run(() => Goes.Wait(stop), stop);
            return TimeSpan.FromMilliseconds(1);
        }
    }
}
