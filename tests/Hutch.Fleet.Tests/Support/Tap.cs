using System.Collections.Concurrent;
using System.Text;
using Hutch.Bus;
using Hutch.Bus.Transports;

namespace Hutch.Fleet.Tests.Support;

/// <summary>Hears every message that goes through the exchange of a bus.</summary>
internal sealed class Tap : IAsyncDisposable
{
    private readonly BusConnection _bus;
    private IAsyncDisposable? _consumer;

    private Tap(BusConnection bus) => _bus = bus;

    public ConcurrentQueue<(string Key, string Body)> Messages { get; } = [];

    public static async Task<Tap> StartAsync(string url, string exchange)
    {
        var tap = new Tap(BusConnection.Open(url));
        var transport = tap._bus.Transport;
        await transport.DeclareExchangeAsync(new ExchangeDeclaration(exchange, ExchangeType.Topic, Durable: true));
        var queue = await transport.DeclareQueueAsync(new QueueDeclaration("", Exclusive: true, AutoDelete: true));
        await transport.BindAsync(queue, exchange, "#");
        tap._consumer = await transport.ConsumeAsync(queue, new ConsumeOptions { NoAck = true }, delivery =>
        {
            tap.Messages.Enqueue((delivery.RoutingKey, Encoding.UTF8.GetString(delivery.Body.Span)));
            return default;
        });
        return tap;
    }

    public async ValueTask DisposeAsync()
    {
        if (_consumer is { } consumer)
            await consumer.DisposeAsync();
        await _bus.DisposeAsync();
    }
}
