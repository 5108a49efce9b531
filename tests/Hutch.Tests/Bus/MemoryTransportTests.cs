using System.Collections.Concurrent;
using Hutch.Bus.Transports;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

public sealed class MemoryTransportTests : TransportContract
{
    protected override string Url => $"memory://{Unique}";

    [Fact]
    public async Task Many_senders_and_several_handlers_at_once_lose_and_double_nothing()
    {
        const int senders = 8, each = 5000;
        var (transport, exchange, queue) = await BoundAsync(ExchangeType.Direct, "k");
        var got = new ConcurrentDictionary<string, int>();
        await transport.ConsumeAsync(queue, new ConsumeOptions { Prefetch = 3, Concurrency = 3 }, d =>
        {
            got.AddOrUpdate(Text(d), 1, (_, count) => count + 1);
            return d.AckAsync();
        });

        await Task.WhenAll(Enumerable.Range(0, senders).Select(sender => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
                await PublishAsync(transport, exchange, "k", $"{sender}.{i}");
        })));

        await Eventually.TrueAsync(() => got.Count == senders * each, "each message is delivered");
        Assert.All(got.Values, count => Assert.Equal(1, count));
        Assert.Equal(0, await transport.CountMessagesAsync(queue));
    }
}
