using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

[Collection(RabbitMqCollection.Name)]
public sealed class RabbitMqKombuTests(RabbitMqServer server) : KombuContract
{
    protected override string Url => server.Url;

    [Fact]
    public async Task Calls_leave_nothing_behind()
    {
        var before = await ThingsAsync();
        using (await PythonPeer.StartAsync("kombu_service.py", Url, Exchange, Name))
        {
            var bus = Open();
            for (var i = 0; i < 20; i++)
                Assert.Equal(i, await bus.CallAsync<int>($"{Name}.add", new { x = i, y = 0 }));
            // One reply queue, and the exchange the Python service declared beside it; the service's own queue and exchange.
            Assert.Equal(4, (await ThingsAsync()).Except(before).Count());
            await bus.Transport.DeleteQueueAsync(Name);
            await bus.Transport.DeleteExchangeAsync(Exchange);
            await bus.DisposeAsync();
        }
        Assert.Empty((await ThingsAsync()).Except(before));
    }

    private async Task<string[]> ThingsAsync() =>
        [.. await server.ControlAsync("list_exchanges", "name"), .. await server.ControlAsync("list_queues", "name")];
}
