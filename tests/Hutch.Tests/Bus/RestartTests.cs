using System.Collections.Concurrent;
using System.Diagnostics;
using Hutch.Bus;
using Hutch.Bus.Transports;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

/// <summary>The broker restarts in the middle of ten thousand calls.</summary>
public sealed class RestartTests
{
    private const int Calls = 10_000;
    private const int InFlight = 50;

    [Fact]
    public async Task RabbitMQ_may_restart_in_the_middle_of_ten_thousand_calls()
    {
        var server = new RabbitMqServer();
        await server.StartAsync();
        try
        {
            await CallThroughARestartAsync(server.Url, server.RestartAsync);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Redis_may_restart_in_the_middle_of_ten_thousand_calls()
    {
        var server = new RedisServer();
        await server.StartAsync();
        try
        {
            await CallThroughARestartAsync(server.Url + "?visibility_timeout=5", server.RestartAsync);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("amqp")]
    [InlineData("redis")]
    public async Task A_service_and_its_caller_may_start_before_their_broker_and_a_timeout_holds_without_it(string scheme)
    {
        var port = FreePort.NextBelow(30000);
        await using var bus = BusConnection.Open($"{scheme}://127.0.0.1:{port}/");
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAsync<BusTimeoutException>(() => bus.CallAsync("simple.add", null, new CallOptions { Timeout = TimeSpan.FromMilliseconds(300) }));

        // The promise is 50 ms; the test leaves room for a machine that is busy with other tests.
        Assert.InRange(watch.ElapsedMilliseconds, 290, 5000);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bus.ServeAsync(new SimpleService(), new ServeOptions { Name = "simple" }, patience.Token));
    }

    private static async Task CallThroughARestartAsync(string url, Func<Task> restart)
    {
        var service = new CountingService();
        await using var serving = BusConnection.Open(url);
        await serving.ServeAsync(service, new ServeOptions { Name = "counting", Concurrency = 4, Prefetch = 20 });
        await using var bus = BusConnection.Open(url, new BusOptions { Call = new CallOptions { Timeout = TimeSpan.FromSeconds(15) } });
        var (next, answered, timedOut, notified) = (0, new ConcurrentBag<int>(), new ConcurrentBag<int>(), new ConcurrentBag<int>());
        var callers = Enumerable.Range(0, InFlight).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i <= Calls; i = Interlocked.Increment(ref next))
            {
                try
                {
                    // Every tenth is a notification: acknowledged when the broker has it.
                    if (i % 10 == 0)
                    {
                        await bus.NotifyAsync("counting.count", new { number = i });
                        notified.Add(i);
                    }
                    else
                    {
                        await bus.CallAsync<int>("counting.count", new { number = i });
                        answered.Add(i);
                    }
                }
                catch (BusTimeoutException)
                {
                    timedOut.Add(i);
                }
            }
        })).ToArray();
        await Eventually.TrueAsync(() => Volatile.Read(ref next) > Calls / 3, "a third of the calls is made", 120);
        await restart();
        await Task.WhenAll(callers);

        Assert.Equal(Calls, answered.Count + timedOut.Count + notified.Count);
        Assert.True(timedOut.Count < Calls / 10, $"{timedOut.Count} calls timed out");
        await Eventually.TrueAsync(
            () => notified.All(service.Executed.ContainsKey) && answered.All(service.Executed.ContainsKey),
            "what the broker or the service acknowledged is executed",
            60);
        var twice = service.Fresh.Where(e => e.Value > 1 && !notified.Contains(e.Key)).Select(e => e.Key).ToArray();
        Assert.True(twice.Length == 0, $"{twice.Length} calls were executed twice without the redelivered flag");
    }

    private sealed class CountingService
    {
        public ConcurrentDictionary<int, int> Executed { get; } = new();

        public ConcurrentDictionary<int, int> Fresh { get; } = new();

        public int OnCount(BusMessage message, int number)
        {
            Executed.AddOrUpdate(number, 1, (_, n) => n + 1);
            if (!message.Redelivered)
                Fresh.AddOrUpdate(number, 1, (_, n) => n + 1);
            return number;
        }
    }
}
