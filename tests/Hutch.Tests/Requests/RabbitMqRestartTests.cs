using Hutch.Bus.Requests;
using Hutch.Bus.Transports;
using Hutch.Tests.Servers;
using RabbitMQ.Client;

namespace Hutch.Tests.Requests;

/// <summary>What a broker of one's own is needed for: it starts late, restarts in the middle, and loses patience.</summary>
public sealed class RabbitMqRestartTests(RabbitMqServer server) : IClassFixture<RabbitMqServer>
{
    private static readonly RequestServiceOptions Options = new() { Tag = "t" };

    [Fact]
    public async Task A_service_may_start_before_its_broker_and_goes_on_after_a_restart_in_the_middle_of_a_request()
    {
        await server.StopAsync();
        using var release = new SemaphoreSlim(0);
        await using var bus = Transport.Open(server.Url);
        using var primary = new PrimaryService(bus, "p", new Handler(async (_, request, kill) =>
        {
            await release.WaitAsync(kill);
            return request.Content.GetInt32();
        }), Options);
        await using var postBus = Transport.Open(server.Url);
        using var post = new PostProcessingService(postBus, "q", "p", Handler.Echo, Options with { Tag = "t.post" });
        primary.Start();
        post.Start();
        Assert.False(primary.IsListening);

        await server.StartAsync();
        await Eventually.TrueAsync(() => primary.IsListening && post.IsListening, "the services listen after their broker came", 60);
        await using var log = await StatusLog.OpenAsync(server.Url);
        var first = await log.Client.SendAsync("t", 1);
        var second = await log.Client.SendAsync("t", 2);
        await log.LinesAsync(first, 1);
        await Eventually.TrueAsync(() => primary.Waiting == 1, "the second request waits in the service");

        await server.RestartAsync();
        await Eventually.TrueAsync(() => bus.IsConnected && postBus.IsConnected && log.Bus.IsConnected, "everybody is connected again", 60);
        release.Release(2);

        // What was accepted before the restart ends after it, and everybody hears of it.
        Assert.Equal("p request_success 1", (await log.LinesAsync(first, 2))[1]);
        Assert.Equal(["p request_start null", "p request_success 2", "q request_start null", "q request_success 2"], await log.LinesAsync(second, 4));
        release.Release();
        var third = await log.Client.SendAsync("t", 3);
        Assert.Equal("q request_success 3", (await log.LinesAsync(third, 4))[3]);
        Assert.Equal(3, primary.Counters.Received);

        var fourth = await log.Client.SendAsync("t", 4);
        await log.LinesAsync(fourth, 1);
        await log.Client.KillAsync("t", fourth);
        Assert.Equal("p request_fail User requested interruption.", (await log.LinesAsync(fourth, 2))[1]);
    }

    [Fact]
    public async Task A_stop_while_the_broker_is_away_ends_in_time()
    {
        using var release = new SemaphoreSlim(0);
        await using var bus = Transport.Open(server.Url);
        using var primary = new PrimaryService(bus, "p", new Handler(async (_, _, _) =>
        {
            await release.WaitAsync(CancellationToken.None);
            return null;
        }), Options with { StopPatience = TimeSpan.FromMilliseconds(100) });
        primary.Start();
        await Eventually.TrueAsync(() => primary.IsListening, "the service listens");
        await using (var log = await StatusLog.OpenAsync(server.Url))
            await log.LinesAsync(await log.Client.SendAsync("t", 1), 1);
        await server.StopAsync();
        release.Release();
        primary.Stop();
        Assert.True(primary.WaitTillStopped(TimeSpan.FromSeconds(30)));
        await server.StartAsync();
    }

    [Fact]
    public async Task A_request_that_outlasts_the_brokers_patience_is_not_cut_off()
    {
        // The broker's 30 minutes, made short; a consumer that acknowledges late shows that it has run out.
        await server.ControlAsync("eval", "application:set_env(rabbit, consumer_timeout, 500), application:set_env(rabbit, channel_tick_interval, 200).");
        using var release = new SemaphoreSlim(0);
        await using var bus = Transport.Open(server.Url);
        using var primary = new PrimaryService(bus, "p", new Handler(async (_, _, kill) =>
        {
            await release.WaitAsync(kill);
            return "done";
        }), Options);
        primary.Start();
        await Eventually.TrueAsync(() => primary.IsListening, "the service listens");
        await using var log = await StatusLog.OpenAsync(server.Url);
        var inHand = await log.Client.SendAsync("t", 1);
        var waiting = await log.Client.SendAsync("t", 2);
        await log.LinesAsync(inHand, 1);

        await using var connection = await new ConnectionFactory { Uri = new Uri($"amqp://127.0.0.1:{server.Port}/") }.CreateConnectionAsync();
        await using var late = await connection.CreateChannelAsync();
        await late.QueueDeclareAsync("late", durable: false, exclusive: true, autoDelete: true);
        await late.BasicPublishAsync("", "late", new byte[1]);
        var consumer = new RabbitMQ.Client.Events.AsyncEventingBasicConsumer(late);
        consumer.ReceivedAsync += (_, _) => Task.CompletedTask;
        await late.BasicConsumeAsync("late", autoAck: false, consumer);
        await Eventually.TrueAsync(() => late.IsClosed, "the broker lost patience with the late consumer", 60);
        Assert.Contains("timeout", late.CloseReason!.ReplyText, StringComparison.Ordinal);

        release.Release(2);
        Assert.Equal(["p request_start null", "p request_success done"], await log.LinesAsync(inHand, 2));
        Assert.Equal(["p request_start null", "p request_success done"], await log.LinesAsync(waiting, 2));
        Assert.Equal(1, bus.Counters.Connects);
        await server.ControlAsync("eval", "application:set_env(rabbit, consumer_timeout, 1800000), application:set_env(rabbit, channel_tick_interval, 60000).");
    }
}
