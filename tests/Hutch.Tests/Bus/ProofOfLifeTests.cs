using Hutch.Bus;
using Hutch.Services;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

[Collection(RabbitMqCollection.Name)]
public sealed class ProofOfLifeTests(RabbitMqServer server)
{
    private readonly string _name = $"living{Guid.NewGuid():N}";

    [Fact]
    public async Task A_connection_that_is_open_but_silent_is_given_up_and_in_the_end_the_service_fails()
    {
        using var proxy = new MutableProxy(server.Port);
        using var service = new LivingService($"amqp://guest:guest@127.0.0.1:{proxy.Port}//", _name);
        await using var bus = BusConnection.Open(server.Url, new BusOptions { Exchange = _name, Call = new CallOptions { Timeout = TimeSpan.FromSeconds(30) } });
        service.Start();
        await Eventually.TrueAsync(() => service.IsServing, "the service serves", 60);
        Assert.Equal("pong", await bus.CallAsync<string>($"{_name}.ping"));

        proxy.Mute(alsoNew: false);
        await Eventually.TrueAsync(() => service.Bus.Transport.Counters.Connects >= 2, "the service reconnects", 60);
        await Eventually.TrueAsync(async () => await AnswersAsync(bus), TimeSpan.FromSeconds(60), () => "the service answers again");

        proxy.Mute(alsoNew: true);
        await Eventually.TrueAsync(() => service.State == ServiceState.Failed, "the service fails", 90);
        Assert.Contains("could not reach itself", service.LastError!.Message);
        await bus.Transport.DeleteQueueAsync(_name);
        await bus.Transport.DeleteExchangeAsync(_name);
    }

    [Fact]
    public async Task A_queue_that_somebody_deletes_is_declared_again_and_the_service_goes_on()
    {
        using var service = new LivingService(server.Url, _name);
        await using var bus = BusConnection.Open(server.Url, new BusOptions { Exchange = _name, Call = new CallOptions { Timeout = TimeSpan.FromSeconds(30) } });
        service.Start();
        await Eventually.TrueAsync(() => service.IsServing, "the service serves", 60);
        for (var round = 0; round < 5; round++)
        {
            await bus.Transport.DeleteQueueAsync(_name);
            await Eventually.TrueAsync(async () => await AnswersAsync(bus), TimeSpan.FromSeconds(60), () => $"the service answers again; it is {service.State}: {service.LastError}");
        }
        Assert.Equal(ServiceState.Running, service.State);
        service.Dispose();
        await bus.Transport.DeleteQueueAsync(_name);
        await bus.Transport.DeleteExchangeAsync(_name);
    }

    private async Task<bool> AnswersAsync(BusConnection bus)
    {
        try
        {
            return await bus.CallAsync<string>($"{_name}.ping", null, new CallOptions { Timeout = TimeSpan.FromSeconds(2) }) == "pong";
        }
        catch (Exception error) when (error is BusTimeoutException or BusUnroutableException)
        {
            return false;
        }
    }

    private sealed class LivingService(string url, string name) : BusService(
        url,
        new ServeOptions
        {
            Name = name,
            ProofInterval = TimeSpan.FromMilliseconds(200),
            ProofTimeout = TimeSpan.FromSeconds(2),
            GiveUpAfter = TimeSpan.FromSeconds(25),
            StopTimeout = TimeSpan.FromSeconds(1),
        },
        new BusOptions { Exchange = name });
}
