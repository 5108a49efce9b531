using System.Collections.Concurrent;
using System.Text;
using Hutch.Bus.Transports;
using Hutch.Bus.Transports.Redis;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

[Collection(RedisCollection.Name)]
public sealed class RedisTransportTests(RedisServer server) : TransportContract
{
    protected override string Url => server.Url;

    [Fact]
    public async Task A_binding_stands_in_the_set_as_kombu_writes_it()
    {
        var (_, exchange, queue) = await BoundAsync(ExchangeType.Topic, "notify.storage.Container_Manager.*");

        var members = await AskAsync("SMEMBERS", $"_kombu.binding.{exchange}");

        Assert.Equal($@"notify.storage.Container_Manager.*{Sep}^notify\.storage\.Container\_Manager\..*?[^\.]${Sep}{queue}", members.Items!.Single().Text);
    }

    [Theory]
    [InlineData("simple.*", "simple.add.x", true)]
    [InlineData("simple.*", "simple.add.", false)]
    [InlineData("a.#", "a", false)]
    [InlineData("a.*.c", "a.b.d.c", true)]
    [InlineData("s_t.*", "s_t.x", true)]
    public void Topics_match_as_kombu_matches_them(string pattern, string key, bool matches) =>
        Assert.Equal(matches, RedisPattern.Matches(RedisPattern.Of(pattern), key));

    [Fact]
    public async Task A_message_lies_in_the_list_of_its_priority_and_the_lower_number_is_served_first()
    {
        var transport = Open();
        var queue = await transport.DeclareQueueAsync(new QueueDeclaration($"q-{Unique}"));
        foreach (var priority in (byte[])[9, 3, 0, 5])
            await transport.PublishAsync("", queue, new MessageProperties { Priority = priority }, Encoding.UTF8.GetBytes($"{priority}"), PublishMode.Confirmed);
        Assert.Equal(2, (await AskAsync("LLEN", $"{queue}{Sep}3")).Integer);

        var got = new BlockingCollection<string>();
        await transport.ConsumeAsync(queue, new ConsumeOptions(), async d => { await d.AckAsync(); got.Add(Text(d)); });
        Assert.Equal(["0", "3", "5", "9"], await TakeUntilAsync(got, "9"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_in_hand_stands_among_the_unacknowledged_until_it_is_acknowledged(bool handlerBlocks)
    {
        var (transport, exchange, queue) = await BoundAsync(ExchangeType.Topic, "a.*");
        var got = new TaskCompletionSource<Delivery>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var goOn = new ManualResetEventSlim(!handlerBlocks);
        await transport.ConsumeAsync(queue, new ConsumeOptions(), d => { got.TrySetResult(d); goOn.Wait(); return default; });
        await PublishAsync(transport, exchange, "a.b", "held");
        var delivery = await got.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await Eventually.TrueAsync(
            async () => (await AskAsync("HVALS", "unacked")).Items!.Any(e => e.Text.EndsWith($", \"{exchange}\", \"a.b\"]", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(30),
            () => "the message is noted");
        goOn.Set();
        await delivery.AckAsync();
        await Eventually.TrueAsync(async () => !(await AskAsync("HVALS", "unacked")).Items!.Any(e => e.Text.Contains(exchange)), TimeSpan.FromSeconds(30), () => "the entry goes");
    }

    [Fact]
    public async Task A_message_whose_consumer_died_is_restored_after_the_visibility_timeout()
    {
        var (sender, exchange, queue) = await BoundAsync(ExchangeType.Direct, "k");
        var envelope = Envelope.Write(exchange, "k", MessageProperties.None, "left"u8);
        var entry = $"[{Encoding.UTF8.GetString(envelope)}, \"{exchange}\", \"k\"]";
        await AskAsync("HSET", "unacked", Unique, entry);
        await AskAsync("ZADD", "unacked_index", "1000", Unique);
        var got = new BlockingCollection<Delivery>();
        await using var other = Transport.Open(Url + "?visibility_timeout=1");
        await other.DeclareExchangeAsync(new ExchangeDeclaration(exchange, ExchangeType.Direct));

        await other.ConsumeAsync(queue, new ConsumeOptions(), async d => { await d.AckAsync(); got.Add(d); });

        await Eventually.TrueAsync(() => got.Count == 1, "the message is restored");
        Assert.True(got.Single().Redelivered);
        Assert.Equal("left", Text(got.Single()));
    }

    [Fact]
    public async Task What_is_no_envelope_is_dropped_and_counted()
    {
        var transport = Open();
        var queue = await transport.DeclareQueueAsync(new QueueDeclaration($"q-{Unique}"));
        foreach (var (_, body) in HostileMessages.Bodies())
            await AskAsync("LPUSH", queue, body);
        await PublishAsync(transport, "", queue, "good", PublishMode.Confirmed);
        var got = new BlockingCollection<string>();

        await transport.ConsumeAsync(queue, new ConsumeOptions(), async d => { await d.AckAsync(); got.Add(Text(d)); });

        await TakeUntilAsync(got, "good");
        Assert.True(transport.Counters.Dropped > 20, $"{transport.Counters.Dropped} dropped");
    }

    private static string Sep => "\u0006\u0016";

    private async Task<RespReply> AskAsync(params RespArgument[] words)
    {
        using var connection = await RespConnection.OpenAsync(BusUrl.Parse(Url), CancellationToken.None);
        return await connection.AskAsync(CancellationToken.None, words);
    }
}
