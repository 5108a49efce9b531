using Hutch.Native.Zmq;
using Hutch.Streams;

namespace Hutch.Tests.Streams;

public class MetadataPublisherTests
{
    private static string Endpoint(string name) => StreamNames.Endpoint($"test-{Environment.ProcessId}-{name}");

    [Fact]
    public void Subscribers_are_counted_as_they_come_and_get_every_message_from_then_on()
    {
        using var publisher = new MetadataPublisher(Endpoint("count"));
        using var subscriber = MetadataChannel.Subscribe(Endpoint("count"));
        Assert.True(SpinWait.SpinUntil(() => { publisher.CountSubscribers(); return publisher.Subscribers == 1; }, TimeSpan.FromSeconds(20)));
        publisher.Publish([1, 2, 3]);
        publisher.Publish([4]);

        var buffer = new byte[8];
        Assert.True(subscriber.TryReceive(buffer, out var first));
        Assert.Equal((3, 2), (first, (int)buffer[1]));
        Assert.True(subscriber.TryReceive(buffer, out var second));
        Assert.Equal((1, 4), (second, (int)buffer[0]));
        Assert.Equal(0, publisher.Dropped);
    }

    [Fact]
    public void A_subscriber_that_goes_is_not_counted_any_more()
    {
        using var publisher = new MetadataPublisher(Endpoint("go"));
        using var stays = MetadataChannel.Subscribe(Endpoint("go"));
        var goes = MetadataChannel.Subscribe(Endpoint("go"));
        Assert.True(SpinWait.SpinUntil(() => { publisher.CountSubscribers(); return publisher.Subscribers == 2; }, TimeSpan.FromSeconds(20)));

        goes.Dispose();

        Assert.True(SpinWait.SpinUntil(() => { publisher.CountSubscribers(); return publisher.Subscribers == 1; }, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void What_a_subscriber_misses_is_counted_and_the_others_get_it()
    {
        using var publisher = new MetadataPublisher(Endpoint("slow"));
        using var slow = MetadataChannel.Subscribe(Endpoint("slow"));
        using var quick = MetadataChannel.Subscribe(Endpoint("slow"));
        Assert.True(SpinWait.SpinUntil(() => { publisher.CountSubscribers(); return publisher.Subscribers == 2; }, TimeSpan.FromSeconds(20)));
        var buffer = new byte[64];
        var received = 0;
        var sent = 0;
        for (; publisher.Dropped == 0 && sent < 1_000_000; sent++)
        {
            publisher.Publish(buffer);
            while (received <= sent && quick.TryReceive(buffer, out _))
                received++;
        }

        Assert.True(publisher.Dropped > 0, "a subscriber that does not read must miss messages in the end");
        Assert.Equal(sent, received);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_message_reaches_a_slow_subscriber_or_is_counted(int seed)
    {
        const int messages = 2000;
        var random = new Random(seed);
        using var publisher = new MetadataPublisher(Endpoint($"exact{seed}"), highWaterMark: 3);
        using var subscriber = MetadataChannel.SubscribeToStream(Endpoint($"exact{seed}"), 3);
        Assert.True(SpinWait.SpinUntil(() => { publisher.CountSubscribers(); return publisher.Subscribers == 1; }, TimeSpan.FromSeconds(20)));
        using var body = new ZmqMessage();
        var (head, buffer, received) = (new byte[8], new byte[8], 0);
        bool Receive()
        {
            if (!subscriber.TryReceive(buffer, out _, wait: false))
                return false;
            while (subscriber.HasMore)
                subscriber.TryReceive(body);
            received++;
            return true;
        }

        for (var sent = 0; sent < messages; sent++)
        {
            body.Allocate(100_000);
            publisher.Publish(head, body);
            for (var reads = random.Next(30) == 0 ? random.Next(20) : 0; reads > 0 && Receive(); reads--)
            {
            }
        }

        Assert.True(SpinWait.SpinUntil(() => (Receive() || true) && received + publisher.Dropped == messages, TimeSpan.FromSeconds(20)), $"{received} received, {publisher.Dropped} counted as dropped, of {messages}");
        Assert.True(publisher.Dropped > 0 && received > 0);
    }

    [Fact]
    public void A_channel_of_a_living_program_is_not_taken_over_and_goes_with_it()
    {
        var file = $"/tmp/test-{Environment.ProcessId}-taken";
        using (var publisher = new MetadataPublisher(Endpoint("taken")))
        {
            var error = Assert.Throws<UserErrorException>(() => new MetadataPublisher(Endpoint("taken")));
            Assert.Contains("choose another detector_name", error.Message, StringComparison.Ordinal);
            Assert.True(File.Exists(file));
        }
        Assert.False(File.Exists(file));
    }
}
