using Hutch.Bus.Transports;
using Hutch.Bus.Transports.Memory;

namespace Hutch.Tests.Bus;

/// <summary>The rows in which the messages of a queue in memory wait.</summary>
public class WaitingMessagesTests
{
    [Fact]
    public void The_messages_of_a_row_are_taken_in_order_and_before_those_of_others()
    {
        var waiting = new WaitingMessages();
        var last = WaitingMessages.Rows - 1;
        for (var i = 0; i < 100; i++)
        {
            waiting.Add(0, Message($"first {i}"));
            waiting.Add(last, Message($"last {i}"));
        }
        Assert.Equal(200, waiting.Count);

        var taken = TakeAll(waiting, last);

        Assert.Equal(Numbered("last", 100), taken.Where(text => text.StartsWith("last", StringComparison.Ordinal)));
        Assert.Equal(Numbered("first", 100), taken.Where(text => text.StartsWith("first", StringComparison.Ordinal)));
        if (WaitingMessages.Rows > 1)
            Assert.Equal("last 99", taken[99]);
        Assert.True(waiting.IsEmpty);
    }

    [Fact]
    public void A_row_that_grows_much_longer_than_ones_own_is_chosen()
    {
        var waiting = new WaitingMessages();
        var last = WaitingMessages.Rows - 1;
        Fill(waiting, 0, 10);
        Fill(waiting, last, 40);
        if (WaitingMessages.Rows == 1)
            return;   // there is no choice on one processor
        Assert.Equal(0, waiting.Choose(own: 0, much: 32));   // 40 is no more than twice 10 and 32

        Fill(waiting, last, 20);
        Assert.Equal(last, waiting.Choose(own: 0, much: 32));
        Assert.Equal(last, waiting.Choose(own: last, much: 32));
    }

    [Fact]
    public void Each_message_is_taken_once_whoever_takes_from_wherever()
    {
        const int each = 20_000;
        var waiting = new WaitingMessages();
        var taken = 0;
        Parallel.For(0, 8, worker =>
        {
            var row = worker % WaitingMessages.Rows;
            for (var i = 0; i < each; i++)
            {
                waiting.Add(row, Message("x"));
                if (waiting.TryTake(waiting.Choose((row + i) % WaitingMessages.Rows, 32), out _))
                    Interlocked.Increment(ref taken);
            }
        });
        Assert.Equal(8 * each, taken + TakeAll(waiting, 0).Count);
    }

    private static MemoryDelivery Message(string text) => new("queue", "exchange", text, MessageProperties.None, []);

    private static IEnumerable<string> Numbered(string text, int count) => Enumerable.Range(0, count).Select(i => $"{text} {i}");

    private static void Fill(WaitingMessages waiting, int row, int count)
    {
        for (var i = 0; i < count; i++)
            waiting.Add(row, Message("x"));
    }

    private static List<string> TakeAll(WaitingMessages waiting, int row)
    {
        var taken = new List<string>();
        while (waiting.TryTake(row, out var message))
            taken.Add(message.RoutingKey);
        return taken;
    }
}
