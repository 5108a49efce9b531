using System.Collections.Concurrent;
using System.Text;
using Hutch.Bus.Transports;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

/// <summary>What every transport does, whatever carries it: the one suite that all of them pass.</summary>
public abstract class TransportContract : IAsyncLifetime
{
    private readonly List<ITransport> _opened = [];

    protected abstract string Url { get; }

    /// <summary>A name nobody else uses: the tests of a collection share one broker.</summary>
    protected string Unique { get; } = Guid.NewGuid().ToString("N");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var transport in _opened)
            await transport.DisposeAsync();
    }

    protected ITransport Open()
    {
        var transport = Transport.Open(Url);
        _opened.Add(transport);
        return transport;
    }

    protected async Task<(ITransport Transport, string Exchange, string Queue)> BoundAsync(ExchangeType type, params string[] keys)
    {
        var transport = Open();
        var exchange = $"x-{Unique}";
        var queue = await transport.DeclareQueueAsync(new QueueDeclaration("", AutoDelete: true, Exclusive: true));
        await transport.DeclareExchangeAsync(new ExchangeDeclaration(exchange, type));
        foreach (var key in keys)
            await transport.BindAsync(queue, exchange, key);
        return (transport, exchange, queue);
    }

    protected static Task PublishAsync(ITransport transport, string exchange, string key, string body, PublishMode mode = PublishMode.Plain) =>
        transport.PublishAsync(exchange, key, MessageProperties.None, Encoding.UTF8.GetBytes(body), mode).AsTask();

    [Fact]
    public async Task A_message_arrives_with_its_body_key_and_properties()
    {
        var (transport, exchange, queue) = await BoundAsync(ExchangeType.Topic, "a.*");
        var got = new TaskCompletionSource<Delivery>();
        await transport.ConsumeAsync(queue, new ConsumeOptions(), async d =>
        {
            await d.AckAsync();
            got.TrySetResult(d);
        });
        var properties = new MessageProperties
        {
            ContentType = "text/plain",
            ContentEncoding = "utf-8",
            CorrelationId = "c-1",
            ReplyTo = "back",
            Priority = 0,
            DeliveryMode = 2,
            Headers = new Dictionary<string, object?> { ["text"] = "héllo", ["nothing"] = null, ["yes"] = true, ["n"] = 7, ["big"] = 1L << 40 },
        };

        await transport.PublishAsync(exchange, "a.b", properties, "body"u8.ToArray());
        var delivery = await got.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal((exchange, "a.b", queue, false), (delivery.Exchange, delivery.RoutingKey, delivery.Queue, delivery.Redelivered));
        Assert.Equal("body"u8.ToArray(), delivery.Body.ToArray());
        Assert.Equal(("text/plain", "utf-8", "c-1", "back"), (delivery.Properties.ContentType, delivery.Properties.ContentEncoding, delivery.Properties.CorrelationId, delivery.Properties.ReplyTo));
        Assert.Equal("héllo", delivery.Properties.Headers!["text"]);
        Assert.Null(delivery.Properties.Headers["nothing"]);
        Assert.Equal(true, delivery.Properties.Headers["yes"]);
        Assert.Equal(7L, Convert.ToInt64(delivery.Properties.Headers["n"]));
        Assert.Equal(1L << 40, Convert.ToInt64(delivery.Properties.Headers["big"]));
    }

    [Theory]
    [InlineData(ExchangeType.Direct, "k", "k", true)]
    [InlineData(ExchangeType.Direct, "k", "other", false)]
    [InlineData(ExchangeType.Topic, "simple.*", "simple.add", true)]
    [InlineData(ExchangeType.Topic, "simple.*", "other.add", false)]
    [InlineData(ExchangeType.Topic, "#", "any.thing.at.all", true)]
    [InlineData(ExchangeType.Topic, "a.*.c", "a.b.c", true)]
    [InlineData(ExchangeType.Fanout, "", "whatever", true)]
    public async Task An_exchange_routes_by_its_type(ExchangeType type, string binding, string key, bool arrives)
    {
        var (transport, exchange, queue) = await BoundAsync(type, binding);
        var got = new BlockingCollection<string>();
        await transport.ConsumeAsync(queue, new ConsumeOptions { NoAck = true }, d => Add(got, d));

        await PublishAsync(transport, exchange, key, "first");
        await PublishAsync(transport, "", queue, "last");

        await TakeUntilAsync(got, "last");
        if (arrives)
            await TakeUntilAsync(got, "first");
        Assert.Equal(arrives ? 2 : 1, got.Count);
    }

    [Fact]
    public async Task Consumers_of_one_queue_share_its_messages()
    {
        var (transport, exchange, queue) = await BoundAsync(ExchangeType.Direct, "k");
        var first = new BlockingCollection<string>();
        var second = new BlockingCollection<string>();
        var options = new ConsumeOptions { Prefetch = 1 };
        await transport.ConsumeAsync(queue, options, async d => { await d.AckAsync(); first.Add(Text(d)); await Task.Delay(5); });
        await transport.ConsumeAsync(queue, options, async d => { await d.AckAsync(); second.Add(Text(d)); await Task.Delay(5); });

        for (var i = 0; i < 40; i++)
            await PublishAsync(transport, exchange, "k", $"{i}");

        await Eventually.TrueAsync(() => first.Count + second.Count == 40, "all 40 messages are delivered once");
        Assert.Equal(40, first.Concat(second).Distinct().Count());
        Assert.True(first.Count > 5 && second.Count > 5, $"shared {first.Count}:{second.Count}");
    }

    [Fact]
    public async Task Messages_of_one_sender_come_in_order()
    {
        var (transport, exchange, queue) = await BoundAsync(ExchangeType.Direct, "k");
        var got = new BlockingCollection<string>();
        await transport.ConsumeAsync(queue, new ConsumeOptions { Prefetch = 20 }, async d => { await d.AckAsync(); got.Add(Text(d)); });

        for (var i = 0; i < 200; i++)
        {
            await PublishAsync(transport, exchange, "k", $"{i}");
            await Task.Yield();   // the next one may come from another thread
        }

        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), await TakeUntilAsync(got, "199"));
    }

    [Fact]
    public async Task A_fanout_queue_is_read_in_order_one_message_at_a_time()
    {
        var (transport, exchange, queue) = await BoundAsync(ExchangeType.Fanout, "");
        var got = new BlockingCollection<string>();
        await transport.ConsumeAsync(queue, new ConsumeOptions(), async d => { got.Add(Text(d)); await d.AckAsync(); });

        for (var i = 0; i < 300; i++)
            await PublishAsync(transport, exchange, "", $"{i}");

        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i}"), await TakeUntilAsync(got, "299"));
    }

    [Fact]
    public async Task Prefetch_limits_the_messages_in_hand()
    {
        var (transport, exchange, queue) = await BoundAsync(ExchangeType.Direct, "k");
        var inHand = new ConcurrentQueue<Delivery>();
        await transport.ConsumeAsync(queue, new ConsumeOptions { Prefetch = 3, Concurrency = 3 }, d => { inHand.Enqueue(d); return default; });

        for (var i = 0; i < 5; i++)
            await PublishAsync(transport, exchange, "k", $"{i}");
        await Eventually.TrueAsync(() => inHand.Count == 3, "three messages are delivered");
        await Eventually.TrueAsync(async () => await transport.CountMessagesAsync(queue) == 2, TimeSpan.FromSeconds(30), () => "two messages wait");
        Assert.Equal(3, inHand.Count);

        Assert.True(inHand.TryDequeue(out var one));
        await one.AckAsync();
        await Eventually.TrueAsync(() => inHand.Count == 3, "an acknowledgement lets the next one come");
    }

    [Fact]
    public async Task A_message_rejected_with_requeue_comes_back_marked_redelivered()
    {
        var (transport, exchange, queue) = await BoundAsync(ExchangeType.Direct, "k");
        var got = new BlockingCollection<Delivery>();
        await transport.ConsumeAsync(queue, new ConsumeOptions(), async d =>
        {
            got.Add(d);
            if (d.Redelivered)
                await d.AckAsync();
            else
                await d.RejectAsync(requeue: true);
        });

        await PublishAsync(transport, exchange, "k", "again");

        await Eventually.TrueAsync(() => got.Count >= 2, "the message comes twice");
        Assert.Equal([false, true], got.Select(d => d.Redelivered));
        Assert.Equal(0, await transport.CountMessagesAsync(queue));
    }

    [Fact]
    public async Task A_message_rejected_without_requeue_is_gone()
    {
        var (transport, exchange, queue) = await BoundAsync(ExchangeType.Direct, "k");
        var got = new BlockingCollection<string>();
        await transport.ConsumeAsync(queue, new ConsumeOptions(), async d => { got.Add(Text(d)); await d.RejectAsync(requeue: false); });

        await PublishAsync(transport, exchange, "k", "first");
        await PublishAsync(transport, exchange, "k", "last");

        Assert.Equal(["first", "last"], await TakeUntilAsync(got, "last"));
    }

    [Fact]
    public async Task A_handler_that_throws_does_not_end_the_consumer()
    {
        var (transport, exchange, queue) = await BoundAsync(ExchangeType.Direct, "k");
        var got = new BlockingCollection<string>();
        await transport.ConsumeAsync(queue, new ConsumeOptions(), async d =>
        {
            got.Add(Text(d));
            if (Text(d) == "bad")
                throw new InvalidOperationException("on purpose");
            await d.AckAsync();
        });

        await PublishAsync(transport, exchange, "k", "bad");
        await PublishAsync(transport, exchange, "k", "good");

        Assert.Equal(["bad", "good"], await TakeUntilAsync(got, "good"));
        Assert.Equal(1, transport.Counters.HandlerErrors);
    }

    [Fact]
    public async Task Ending_a_subscription_finishes_what_is_in_hand_and_gives_back_the_rest()
    {
        var sender = Open();
        var queue = await sender.DeclareQueueAsync(new QueueDeclaration($"q-{Unique}"));
        var worker = Open();
        var begun = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        var finished = 0;
        var subscription = await worker.ConsumeAsync(queue, new ConsumeOptions { Prefetch = 3 }, async d =>
        {
            begun.TrySetResult();
            await goOn.Task;
            await d.AckAsync();
            Interlocked.Increment(ref finished);
        });
        for (var i = 0; i < 3; i++)
            await PublishAsync(sender, "", queue, $"{i}");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));

        var ending = subscription.DisposeAsync();
        Assert.False(ending.IsCompleted);
        goOn.SetResult();
        await ending;

        Assert.Equal(1, finished);
        await Eventually.TrueAsync(async () => await sender.CountMessagesAsync(queue) == 2, TimeSpan.FromSeconds(30), () => "two messages are back");
        await sender.DeleteQueueAsync(queue);
    }

    [Fact]
    public async Task A_mandatory_message_that_reaches_no_queue_is_returned()
    {
        var (transport, exchange, _) = await BoundAsync(ExchangeType.Topic, "a.b");
        var returned = new TaskCompletionSource<ReturnedMessage>();
        transport.Returned += m => returned.TrySetResult(m);

        await PublishAsync(transport, exchange, "nobody.listens", "lost", PublishMode.Mandatory);

        var message = await returned.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((exchange, "nobody.listens", "lost"), (message.Exchange, message.RoutingKey, Encoding.UTF8.GetString(message.Body.Span)));
    }

    [Fact]
    public async Task A_confirmed_message_is_in_the_queue()
    {
        var transport = Open();
        var queue = await transport.DeclareQueueAsync(new QueueDeclaration($"q-{Unique}", Durable: true));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => PublishAsync(transport, "", queue, $"{i}", PublishMode.Confirmed)));

        Assert.Equal(50, await transport.CountMessagesAsync(queue));
        await transport.DeleteQueueAsync(queue);
    }

    [Fact]
    public async Task After_a_reconnect_everything_is_declared_and_consumed_again()
    {
        var (transport, exchange, queue) = await BoundAsync(ExchangeType.Direct, "k");
        var got = new BlockingCollection<string>();
        await transport.ConsumeAsync(queue, new ConsumeOptions(), async d => { await d.AckAsync(); got.Add(Text(d)); });
        var changes = new BlockingCollection<bool>();
        transport.ConnectionChanged += c => changes.Add(c.Connected);

        await transport.ReconnectAsync("a test");
        await Eventually.TrueAsync(() => changes.Count >= 2, "lost and connected");
        await PublishAsync(transport, exchange, "k", "after", PublishMode.Confirmed);

        Assert.Equal([false, true], changes);
        Assert.Equal(["after"], await TakeUntilAsync(got, "after"));
    }

    [Fact]
    public async Task Messages_are_counted_and_queues_deleted_though_the_connection_is_lost_meanwhile()
    {
        var transport = Open();
        var queue = await transport.DeclareQueueAsync(new QueueDeclaration($"q-{Unique}", Durable: true));
        await PublishAsync(transport, "", queue, "one", PublishMode.Confirmed);
        for (var round = 0; round < 5; round++)
        {
            var counts = Enumerable.Range(0, 20).Select(_ => transport.CountMessagesAsync(queue)).ToList();
            await transport.ReconnectAsync("a test");
            Assert.All(await Task.WhenAll(counts), count => Assert.Equal(1, count));
        }
        for (var round = 0; round < 5; round++)
        {
            var deletions = Enumerable.Range(0, 20).Select(i => i == 0 ? transport.DeleteQueueAsync(queue) : transport.DeleteExchangeAsync($"x{i}-{Unique}")).ToList();
            await transport.ReconnectAsync("a test");
            await Task.WhenAll(deletions);
        }
    }

    [Fact]
    public async Task What_was_not_acknowledged_when_the_consumer_left_is_redelivered()
    {
        var sender = Open();
        var queue = await sender.DeclareQueueAsync(new QueueDeclaration($"q-{Unique}"));
        var got = new BlockingCollection<Delivery>();
        var first = Open();
        await first.ConsumeAsync(queue, new ConsumeOptions(), d => { got.Add(d); return default; });
        await PublishAsync(sender, "", queue, "held");
        await Eventually.TrueAsync(() => got.Count == 1, "the message is delivered");

        await first.DisposeAsync();
        await sender.ConsumeAsync(queue, new ConsumeOptions(), d => { got.Add(d); return default; });
        await Eventually.TrueAsync(() => got.Count == 2, "the message is delivered again");

        Assert.Equal([false, true], got.Select(d => d.Redelivered));
        await got.Last().AckAsync();
        await sender.DeleteQueueAsync(queue);
    }

    [Fact]
    public async Task Declaring_the_same_again_is_no_error()
    {
        var transport = Open();
        for (var i = 0; i < 2; i++)
        {
            await transport.DeclareExchangeAsync(new ExchangeDeclaration($"x-{Unique}", ExchangeType.Topic, Durable: true));
            await transport.DeclareQueueAsync(new QueueDeclaration($"q-{Unique}", Durable: true));
            await transport.BindAsync($"q-{Unique}", $"x-{Unique}", "k");
        }
        await transport.DeleteQueueAsync($"q-{Unique}");
        await transport.DeleteExchangeAsync($"x-{Unique}");
    }

    protected static string Text(Delivery delivery) => Encoding.UTF8.GetString(delivery.Body.Span);

    protected static async Task<List<string>> TakeUntilAsync(BlockingCollection<string> got, string last)
    {
        await Eventually.TrueAsync(() => got.Contains(last), $"message '{last}' arrives");
        return [.. got];
    }

    private static async ValueTask Add(BlockingCollection<string> got, Delivery delivery)
    {
        await delivery.AckAsync();
        got.Add(Text(delivery));
    }
}
