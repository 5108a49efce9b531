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
            // One reply queue, and the exchange that the Python service declared beside it.
            Assert.Equal(2, (await ThingsAsync()).Except(before).Count(thing => thing.Contains("response-")));
            await bus.Transport.DeleteQueueAsync(Name);
            await bus.Transport.DeleteExchangeAsync(Exchange);
            await bus.DisposeAsync();
        }
        Assert.DoesNotContain((await ThingsAsync()).Except(before), thing => thing.Contains("response-"));
    }

    private async Task<string[]> ThingsAsync() =>
    [
        .. (await server.ControlAsync("list_exchanges", "name")).Select(name => $"exchange {name}"),
        .. (await server.ControlAsync("list_queues", "name")).Select(name => $"queue {name}"),
    ];
}
