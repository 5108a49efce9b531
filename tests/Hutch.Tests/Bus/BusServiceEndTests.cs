using Hutch.Bus;
using Hutch.Bus.Transports;
using Hutch.Services;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

/// <summary>How services on the bus end.</summary>
public sealed class BusServiceEndTests : IAsyncDisposable
{
    private static readonly CallOptions Brief = new() { Timeout = TimeSpan.FromSeconds(1) };

    private readonly string _url = $"memory://{Guid.NewGuid():N}";
    private readonly BusConnection _bus;

    public BusServiceEndTests() => _bus = BusConnection.Open(_url);

    public ValueTask DisposeAsync() => _bus.DisposeAsync();

    [Fact]
    public async Task A_service_that_fails_to_end_in_order_takes_no_calls_afterwards()
    {
        using var service = new EndingService(_url, "failing", _ => throw new InvalidOperationException("it cannot be ended"));
        await StartAsync(service);
        Assert.Equal("pong", await _bus.CallAsync<string>("failing.ping"));

        service.Stop();

        Assert.True(service.WaitTillStopped(TimeSpan.FromSeconds(20)));
        Assert.Equal((ServiceState.Failed, "it cannot be ended"), (service.State, service.LastError!.Message));
        await Assert.ThrowsAsync<BusTimeoutException>(() => _bus.CallAsync<string>("failing.ping", null, Brief));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => service.Bus.Transport.PublishAsync("", "x", MessageProperties.None, default).AsTask());
    }

    [Fact]
    public async Task The_bus_is_open_until_all_of_a_service_has_ended_and_no_call_is_taken_meanwhile()
    {
        using var other = new EndingService(_url, "other", _ => { });
        await StartAsync(other);
        var said = "";
        using var service = new EndingService(_url, "ending", service =>
        {
            service.StopServing();
            said = service.Bus.CallAsync<string>("other.ping").GetAwaiter().GetResult();
            Assert.Throws<BusTimeoutException>(() => service.Bus.CallAsync<string>("ending.ping", null, Brief).GetAwaiter().GetResult());
        });
        await StartAsync(service);

        service.Stop();

        Assert.True(service.WaitTillStopped(TimeSpan.FromSeconds(20)));
        Assert.True(service.State == ServiceState.Stopped, $"{service.LastError}");
        Assert.Equal("pong", said);
    }

    // As after a pause of the machine that was longer than the service's patience.
    [Fact]
    public async Task A_service_whose_last_proof_of_life_is_long_ago_reconnects_before_it_ends()
    {
        using var service = new EndingService(_url, "patient", service => service.StopServing(), new ServeOptions { Name = "patient", ProofInterval = TimeSpan.FromSeconds(4), GiveUpAfter = TimeSpan.FromSeconds(3) });
        await StartAsync(service);

        await _bus.Transport.DeleteQueueAsync("patient");
        await Eventually.TrueAsync(() => service.Bus.Transport.Counters.Connects >= 2 || service.State == ServiceState.Failed, "the service reconnects", 60);

        Assert.Null(service.LastError);
    }

    private static async Task StartAsync(BusService service)
    {
        service.Start();
        await Eventually.TrueAsync(() => service.IsServing, $"{service.ServiceName} serves");
    }

    private sealed class EndingService(string url, string name, Action<EndingService> end, ServeOptions? options = null) : BusService(url, options ?? new ServeOptions { Name = name })
    {
        public void StopServing() => base.OnStopped();

        protected override void OnStopped() => end(this);
    }
}
