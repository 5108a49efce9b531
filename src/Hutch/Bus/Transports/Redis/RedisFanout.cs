using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Hutch.Bus.Transports.Redis;

/// <summary>
/// Fanout exchanges: a publication goes to those that listen at that moment. What arrives between binding and consuming,
/// or while the consumer is busy, waits in memory.
/// </summary>
internal sealed class RedisFanout(RedisTransport transport) : IDisposable
{
    /// <summary>The most messages that wait for one consumer; beyond it the oldest are dropped and counted.</summary>
    private const int LongestQueue = 10_000;

    private readonly ConcurrentDictionary<string, Listener> _listeners = new();

    public async Task SubscribeAsync(QueueBinding binding, CancellationToken cancel)
    {
        var listener = _listeners.GetOrAdd(binding.Queue, _ => new Listener(transport));
        // A fanout exchange has no use for keys, but kombu's senders put theirs into the name of the channel.
        var channel = RedisKeys.Channel(transport.Url.Path, binding.Exchange, "");
        await listener.ListenAsync(transport.Url, [channel, channel + "/*"], cancel);
    }

    public void Unsubscribe(string queue)
    {
        if (_listeners.TryRemove(queue, out var listener))
            listener.Dispose();
    }

    public long Count(string queue) => _listeners.TryGetValue(queue, out var listener) ? listener.Waiting.Reader.Count : 0;

    /// <summary>The messages for a queue, or null if it is bound to no fanout exchange.</summary>
    public ChannelReader<byte[]>? Reader(string queue) => _listeners.GetValueOrDefault(queue)?.Waiting.Reader;

    public void Dispose()
    {
        foreach (var queue in _listeners.Keys)
            Unsubscribe(queue);
    }

    private sealed class Listener(RedisTransport transport) : IDisposable
    {
        private readonly HashSet<string> _channels = [];
        private RespConnection? _connection;

        public Channel<byte[]> Waiting { get; } = Channel.CreateBounded<byte[]>(
            new BoundedChannelOptions(LongestQueue) { FullMode = BoundedChannelFullMode.DropOldest }, _ => transport.Counters.CountDropped());

        public async Task ListenAsync(BusUrl url, string[] channels, CancellationToken cancel)
        {
            var previous = _connection;
            _connection = null;
            previous?.Dispose();
            _channels.UnionWith(channels);
            var connection = await RespConnection.OpenAsync(url, cancel);
            foreach (var each in _channels)
                await connection.AskAsync(cancel, "PSUBSCRIBE", each);
            _connection = connection;
            _ = ReadAsync(connection);
        }

        public void Dispose()
        {
            var connection = _connection;
            _connection = null;
            connection?.Dispose();
            Waiting.Writer.TryComplete();
        }

        private async Task ReadAsync(RespConnection connection)
        {
            try
            {
                while (true)
                {
                    var push = await connection.ReadAsync();
                    if (push.Items is { Length: 4 } parts && parts[0].Text == "pmessage" && parts[3].Bytes is { } message)
                        Waiting.Writer.TryWrite(message);
                }
            }
            catch (Exception error)
            {
                // A loss of the server is noticed here and on the main connection alike; the latter reconnects and listens again.
                if (connection == _connection)
                    await transport.ReconnectAsync($"a subscription was lost: {error.Message}");
            }
        }
    }
}
