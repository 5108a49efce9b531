using Hutch.Bus.Transports;

namespace Hutch.Bus.Requests;

/// <summary>The three exchanges of std-daq's broker protocol, which every participant declares, in this order.</summary>
internal static class RequestExchanges
{
    public const string Request = "request";
    public const string Status = "status";
    public const string Kill = "kill";

    private static readonly ExchangeDeclaration[] All =
    [
        new(Request, ExchangeType.Topic), new(Status, ExchangeType.Fanout), new(Kill, ExchangeType.Topic),
    ];

    public static async Task DeclareAsync(ITransport bus, CancellationToken cancel)
    {
        foreach (var exchange in All)
            await bus.DeclareExchangeAsync(exchange, cancel).ConfigureAwait(false);
    }

    /// <summary>Consumes an exchange through a queue of one's own, which goes with its consumer.</summary>
    public static async Task<Subscription> SubscribeAsync(ITransport bus, string exchange, string key, bool noAck, MessageHandler handler, CancellationToken cancel)
    {
        var queue = await bus.DeclareQueueAsync(new QueueDeclaration("", Exclusive: true, AutoDelete: true), cancel).ConfigureAwait(false);
        await bus.BindAsync(queue, exchange, key, cancel).ConfigureAwait(false);
        var consumer = await bus.ConsumeAsync(queue, new ConsumeOptions { Prefetch = 1, NoAck = noAck }, handler, cancel).ConfigureAwait(false);
        return new Subscription(bus, queue, consumer);
    }

    /// <summary>A queue of one's own and its consumer.</summary>
    public sealed class Subscription(ITransport bus, string queue, IAsyncDisposable consumer) : IAsyncDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

        public async ValueTask DisposeAsync()
        {
            await consumer.DisposeAsync().ConfigureAwait(false);
            if (!bus.IsConnected)
                return;
            // The queue went with its consumer; the transport must also stop declaring it again.
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                await bus.DeleteQueueAsync(queue, patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
            }
        }
    }
}
