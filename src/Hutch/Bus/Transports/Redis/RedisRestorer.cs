using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Hutch.Bus.Transports.Redis;

/// <summary>
/// Looks after the unacknowledged messages: notes them, puts those whose consumer died back into their queues after the
/// visibility timeout, and keeps the messages in hand here from being taken for such: a method that runs for hours is not
/// executed a second time.
/// </summary>
internal sealed class RedisRestorer : IAsyncDisposable
{
    private const int MostAtOnce = 100;

    // kombu holds it for 300 s; a process that dies with it keeps all others from restoring for so long.
    private const string MutexLifeMilliseconds = "10000";

    private readonly RedisTransport _transport;
    private readonly ConcurrentDictionary<RedisDelivery, byte> _inHand = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeSpan _interval;
    private Task? _loop;

    public RedisRestorer(RedisTransport transport)
    {
        _transport = transport;
        // kombu looks about every ten seconds; a shorter timeout needs to be looked at more often.
        _interval = TimeSpan.FromSeconds(Math.Clamp(transport.VisibilityTimeout.TotalSeconds / 4, 0.1, 10));
    }

    /// <summary>Begins to look, when the first consumer that acknowledges does.</summary>
    public void Start()
    {
        lock (_stop)
            _loop ??= Task.Run(LoopAsync);
    }

    public void Hold(RedisDelivery delivery) => _inHand[delivery] = 0;

    public void Release(RedisDelivery delivery) => _inHand.TryRemove(delivery, out _);

    // In both, the index is what is left if we die in between: the restorer removes an entry that has no message.

    /// <summary>Notes a message as unacknowledged.</summary>
    public static void Note(RedisLink link, RedisDelivery delivery)
    {
        var exchange = JsonSerializer.SerializeToUtf8Bytes(delivery.Exchange);
        var key = JsonSerializer.SerializeToUtf8Bytes(delivery.RoutingKey);
        byte[] entry = [(byte)'[', .. delivery.Raw, .. ", "u8, .. exchange, .. ", "u8, .. key, (byte)']'];
        link.Pipeline.PostSoon(
            ["ZADD", RedisKeys.UnacknowledgedIndex, UnixTime(), delivery.Tag],
            ["HSET", RedisKeys.Unacknowledged, delivery.Tag, entry]);
    }

    /// <summary>Takes a message out of the unacknowledged ones.</summary>
    public static void Acknowledge(RedisLink link, string tag) => link.Pipeline.PostSoon(
        ["HDEL", RedisKeys.Unacknowledged, tag],
        ["ZREM", RedisKeys.UnacknowledgedIndex, tag]);

    /// <summary>Puts a message back: to the front of the line, or to its end when a consumer refused it, as kombu does.</summary>
    public async Task RestoreAsync(RedisLink link, string tag, byte[] raw, string exchange, string routingKey, bool front)
    {
        var queues = await _transport.Routes.LookUpAsync(link, exchange, routingKey);
        RespArgument[] words =
        [
            "EVALSHA", link.Script(RedisScripts.Restore), 2L, RedisKeys.Unacknowledged, RedisKeys.UnacknowledgedIndex,
            tag, Envelope.MarkRedelivered(raw), front ? "RPUSH" : "LPUSH", .. queues.Select(q => (RespArgument)q),
        ];
        await link.Pipeline.AskAsync(words);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_loop is { } loop)
            await loop;
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var link = await _transport.LinkAsync(_stop.Token);
                KeepAlive(link);
                await RestoreExpiredAsync(link);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                _transport.Logger.LogWarning("bus {Address}: unacknowledged messages could not be restored: {Reason}", _transport.Address, error.Message);
            }
            await Task.Delay(_interval, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void KeepAlive(RedisLink link)
    {
        foreach (var delivery in _inHand.Keys)
        {
            if (delivery.Noted)
                link.Pipeline.Post(null, "ZADD", RedisKeys.UnacknowledgedIndex, "XX", UnixTime(), delivery.Tag);
        }
    }

    private async Task RestoreExpiredAsync(RedisLink link)
    {
        var latest = UnixTime() - _transport.VisibilityTimeout.TotalSeconds;
        var token = Guid.NewGuid().ToString();
        var mine = await link.Pipeline.AskAsync("SET", RedisKeys.UnacknowledgedMutex, token, "PX", MutexLifeMilliseconds, "NX");
        if (mine.Kind == RespKind.Nil)
            return;
        try
        {
            var tags = await link.Pipeline.AskAsync("ZREVRANGEBYSCORE", RedisKeys.UnacknowledgedIndex, latest, 0L, "LIMIT", 0L, (long)MostAtOnce);
            foreach (var tag in tags.Items ?? [])
                await RestoreOneAsync(link, tag.Text);
        }
        finally
        {
            await link.Pipeline.AskAsync("EVALSHA", link.Script(RedisScripts.Release), 1L, RedisKeys.UnacknowledgedMutex, token);
        }
    }

    private async Task RestoreOneAsync(RedisLink link, string tag)
    {
        var entry = await link.Pipeline.AskAsync("HGET", RedisKeys.Unacknowledged, tag);
        try
        {
            if (entry.Bytes is null)
                throw new JsonException("its message is missing");
            using var parsed = JsonDocument.Parse(entry.Bytes, new JsonDocumentOptions { MaxDepth = 512 });
            var parts = parsed.RootElement;
            if (parts.ValueKind != JsonValueKind.Array || parts.GetArrayLength() != 3)
                throw new JsonException("not a message, an exchange and a routing key");
            await RestoreAsync(
                link, tag, Encoding.UTF8.GetBytes(parts[0].GetRawText()), parts[1].GetString() ?? "", parts[2].GetString() ?? "", front: true);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            _transport.Counters.CountDropped();
            _transport.Logger.LogWarning("bus {Address}: the unacknowledged message {Tag} cannot be restored and is dropped: {Reason}", _transport.Address, tag, error.Message);
            Acknowledge(link, tag);
        }
    }

    public static double UnixTime() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
}
