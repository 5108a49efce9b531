using System.Text.Json;
using Hutch.Bus;
using Hutch.Bus.Transports;
using Hutch.Reduction.Tests.Support;

namespace Hutch.Reduction.Tests.Bus;

public class PublicationTests
{
    [Fact]
    public async Task Results_are_published_on_the_bus_and_answered_to_those_who_ask()
    {
        var url = $"memory://reduction-{Guid.NewGuid():N}";
        await using var bus = BusConnection.Open(url);
        await bus.Transport.DeclareExchangeAsync(new ExchangeDeclaration("hutch.results", ExchangeType.Topic));
        var queue = await bus.Transport.DeclareQueueAsync(new QueueDeclaration(""));
        await bus.Transport.BindAsync(queue, "hutch.results", "reduction.*");
        var heard = new TaskCompletionSource<JsonElement>();
        await using var consumer = await bus.Transport.ConsumeAsync(queue, new ConsumeOptions(), delivery =>
        {
            heard.TrySetResult(JsonSerializer.Deserialize<JsonElement>(delivery.Body.Span));
            return ValueTask.CompletedTask;
        });

        using var reduction = new RunningReduction(new { bus_uri = url });
        reduction.WriteProc("output = {'mean': input.mean()}");
        reduction.Listening();
        reduction.Sender.Send(1, 5);
        reduction.WaitForChunks(1);
        var message = await heard.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((reduction.Instrument, 5.0), (message.GetProperty("instrument").GetString(), message.GetProperty("items")[0].GetProperty("value").GetDouble()));
        reduction.WaitUntil(() => reduction.Status!.Reduced == 1, "the status reports it");
        var status = await bus.CallAsync($"reduction-{reduction.Instrument}.status");
        Assert.Equal(1, status.GetProperty("reduced").GetInt64());
    }
}
