using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Hutch.Bus.Transports.Redis;

/// <summary>
/// A connection to Redis that speaks as kombu's Redis transport does: bindings in sets, messages in lists, unacknowledged
/// messages in a hash from which they are restored after the visibility timeout.
/// </summary>
internal sealed class RedisTransport : ReconnectingTransport<RedisLink>, ITransport
{
    private readonly RedisRoutes _routes;
    private readonly RedisRestorer _restorer;

    /// <summary>Begins to connect; returns at once.</summary>
    public RedisTransport(BusUrl url, ILogger? logger = null)
        : base(url, logger)
    {
        VisibilityTimeout = ReadVisibilityTimeout(url);
        _routes = new RedisRoutes(this);
        _restorer = new RedisRestorer(this);
        Fanout = new RedisFanout(this);
        Begin();
    }

    /// <summary>After so long without an acknowledgement or a sign of life a message is delivered again. Default 1 h, as in kombu; in the URL <c>?visibility_timeout=seconds</c>.</summary>
    public TimeSpan VisibilityTimeout { get; }

    public RedisFanout Fanout { get; }

    public RedisRestorer Restorer => _restorer;

    public RedisRoutes Routes => _routes;

    public Task DeleteQueueAsync(string queue, CancellationToken cancel = default)
    {
        var bindings = Topology.BindingsOf(queue);
        Topology.RemoveQueue(queue);
        Fanout.Unsubscribe(queue);
        return DoAsync(
            $"queue {queue}",
            async link =>
            {
                foreach (var binding in bindings)
                {
                    var type = Topology.TypeOf(binding.Exchange) ?? ExchangeType.Topic;
                    var pattern = type == ExchangeType.Topic ? RedisPattern.Of(binding.RoutingKey) : "";
                    link.Pipeline.Post(null, "SREM", RedisKeys.Bindings(binding.Exchange), RedisKeys.Binding(binding.RoutingKey, pattern, queue));
                }
                return await link.Pipeline.AskAsync([(RespArgument)"DEL", .. RedisKeys.Lists(queue).Select(l => (RespArgument)l)]).WaitAsync(cancel);
            },
            cancel);
    }

    public Task DeleteExchangeAsync(string exchange, CancellationToken cancel = default)
    {
        Topology.RemoveExchange(exchange);
        return DoAsync($"exchange {exchange}", link => link.Pipeline.AskAsync("DEL", RedisKeys.Bindings(exchange)).WaitAsync(cancel), cancel);
    }

    public Task<long> CountMessagesAsync(string queue, CancellationToken cancel = default) => DoAsync(
        $"queue {queue}",
        async link =>
        {
            var lengths = await Task.WhenAll(RedisKeys.Lists(queue).Select(list => link.Pipeline.AskAsync("LLEN", list))).WaitAsync(cancel);
            return lengths.Sum(l => l.Integer) + Fanout.Count(queue);
        },
        cancel);

    public ValueTask PublishAsync(
        string exchange,
        string routingKey,
        MessageProperties properties,
        ReadOnlyMemory<byte> body,
        PublishMode mode = PublishMode.Plain,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(properties);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Counters.CountPublished();
        var message = new RedisMessage(exchange, routingKey, properties, Envelope.Write(exchange, routingKey, properties, body.Span), mode);
        if (OpenLink is not { } link || mode.HasFlag(PublishMode.Confirmed))
            return PublishWhenConnectedAsync(message, cancel);
        _routes.Send(link, message, null);
        return ValueTask.CompletedTask;
    }

    public async Task<IAsyncDisposable> ConsumeAsync(string queue, ConsumeOptions options, MessageHandler handler, CancellationToken cancel = default)
    {
        var consumer = new RedisConsumer(this, queue, options, handler);
        await AddConsumerAsync(consumer, queue, cancel);
        return consumer;
    }

    /// <summary>What auto-delete means on Redis: the last consumer of this connection takes the queue with it.</summary>
    public async Task LeaveAsync(RedisConsumer consumer)
    {
        Forget(consumer);
        if (Topology.Queue(consumer.Queue) is { AutoDelete: true } && !HasConsumer(c => c is RedisConsumer other && other.Queue == consumer.Queue) && IsConnected)
            await DeleteWhileConnectedAsync(consumer.Queue);
    }

    protected override Task<RedisLink> OpenAsync(CancellationToken cancel) => RedisLink.OpenAsync(Url, this, cancel);

    protected override bool IsLost(Exception error) => error is IOException or ObjectDisposedException or System.Net.Sockets.SocketException;

    protected override Exception Explain(Exception error, string what) =>
        error is RespException ? new UserErrorException($"the broker refused {what}: {error.Message}", error) : error;

    protected override async Task BeforeCloseAsync()
    {
        await _restorer.DisposeAsync();
        if (IsConnected)
        {
            foreach (var queue in Topology.Snapshot().OfType<QueueDeclaration>().Where(q => q.Exclusive || q.AutoDelete))
                await DeleteWhileConnectedAsync(queue.Name);
        }
        Fanout.Dispose();
    }

    // The end of a consumer does not wait for a broker that goes away in the middle of it.
    private async Task DeleteWhileConnectedAsync(string queue)
    {
        using var patience = new CancellationTokenSource(LongestGoodbye);
        try
        {
            await DeleteQueueAsync(queue, patience.Token);
        }
        catch (OperationCanceledException)
        {
            Logger.LogWarning("bus {Address}: the connection was lost before queue {Queue} was deleted; it stays", Address, queue);
        }
    }

    private async ValueTask PublishWhenConnectedAsync(RedisMessage message, CancellationToken cancel)
    {
        while (true)
        {
            var link = await LinkAsync(cancel);
            if (!message.Mode.HasFlag(PublishMode.Confirmed))
            {
                _routes.Send(link, message, null);
                return;
            }
            var taken = new TaskCompletionSource<RespReply>(TaskCreationOptions.RunContinuationsAsynchronously);
            _routes.Send(link, message, reply => taken.TrySetResult(reply));
            var reply = await taken.Task.WaitAsync(cancel);
            if (reply.Bytes != RespPipeline.LostError)
            {
                reply.Checked();
                return;
            }
            // Not confirmed when the connection was lost: it may have arrived. Sent again, at least once.
            await Task.Delay(10, cancel);
        }
    }

    private static TimeSpan ReadVisibilityTimeout(BusUrl url)
    {
        if (!url.Options.TryGetValue("visibility_timeout", out var text))
            return TimeSpan.FromHours(1);
        return double.TryParse(text, out var seconds) && seconds is > 0 and < 1e9
            ? TimeSpan.FromSeconds(seconds)
            : throw new UserErrorException($"bus URL {url}: visibility_timeout '{text}' is not a number of seconds above 0");
    }
}
