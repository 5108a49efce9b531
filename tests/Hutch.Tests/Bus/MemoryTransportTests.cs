using System.Collections.Concurrent;
using Hutch.Bus.Transports;
using Hutch.Native.Processes;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

public sealed class MemoryTransportTests : TransportContract
{
    protected override string Url => $"memory://{Unique}";

    [Fact]
    public async Task Messages_from_different_processors_are_taken_in_the_order_in_which_they_were_sent()
    {
        const int count = 300;
        var (transport, exchange, queue) = await BoundAsync(ExchangeType.Direct, "k");
        var got = new BlockingCollection<string>();
        var allSent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await transport.ConsumeAsync(queue, new ConsumeOptions { Prefetch = 20 }, async d =>
        {
            await allSent.Task;   // so that the others stand in the queue
            await d.AckAsync();
            got.Add(Text(d));
        });

        var turns = Enumerable.Range(0, Math.Min(2, Environment.ProcessorCount)).Select(_ => new SemaphoreSlim(0)).ToArray();
        var senders = turns.Select((turn, processor) => new Thread(() =>
        {
            new ThreadPlacement(processor, RealTimePriority: null).Apply();
            for (var i = processor; i < count; i += turns.Length)
            {
                turn.Wait();
                PublishAsync(transport, exchange, "k", $"{i}").GetAwaiter().GetResult();
                turns[(processor + 1) % turns.Length].Release();
            }
        })).ToArray();
        foreach (var sender in senders)
            sender.Start();
        turns[0].Release();
        foreach (var sender in senders)
            sender.Join();
        allSent.SetResult();

        Assert.Equal(Enumerable.Range(0, count).Select(i => $"{i}"), await TakeUntilAsync(got, $"{count - 1}"));
    }

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
