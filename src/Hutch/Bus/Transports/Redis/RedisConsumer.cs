using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Hutch.Bus.Transports.Redis;

/// <summary>Takes the messages of a queue on a connection of its own, which it may block.</summary>
internal sealed class RedisConsumer : IBrokerConsumer<RedisLink>
{
    private const int MostAtOnce = 64;

    /// <summary>After messages were found waiting: how many times one is waited for before it is assumed that they come one by one.</summary>
    private const int AskAtFirst = 4;

    /// <summary>While messages come one by one: how often it is tried whether more than one waits.</summary>
    private const int AskEvery = 8;

    private readonly RedisTransport _transport;
    private readonly ConsumeOptions _options;
    private readonly MessageHandler _handler;
    private readonly string[] _lists;
    private readonly SemaphoreSlim _credit;
    private readonly SemaphoreSlim _slots;
    private readonly ConcurrentDictionary<RedisDelivery, byte> _held = new();
    private readonly RespBuffer _commands = new();
    private readonly CancellationTokenSource _stopping = new();
    private RespConnection? _connection;
    private RedisLink? _link;
    private Task _loop = Task.CompletedTask;
    private volatile bool _stopped;
    private int _inHand;
    private bool _ask = true;
    private int _quiet;

    public RedisConsumer(RedisTransport transport, string queue, ConsumeOptions options, MessageHandler handler)
    {
        _transport = transport;
        _options = options;
        _handler = handler;
        Queue = queue;
        _lists = RedisKeys.Lists(queue);
        _credit = new SemaphoreSlim(options.NoAck ? MostAtOnce : options.Prefetch);
        _slots = new SemaphoreSlim(options.Concurrency);
        if (!options.NoAck)
            transport.Restorer.Start();
    }

    public string Queue { get; }

    public async Task AttachAsync(RedisLink link, CancellationToken cancel)
    {
        if (_stopped || _link == link)
            return;
        var connection = await RespConnection.OpenAsync(_transport.Url, cancel);
        // The loop of the lost connection still reads what the broker had sent, and works on it: it is waited for when the consumer ends, not now.
        var loop = Task.Run(() => RunAsync(link, connection), CancellationToken.None);
        _loop = Task.WhenAll(_loop, loop);
        if (_link is null && _transport.Fanout.Reader(Queue) is { } fanout)
            _loop = Task.WhenAll(_loop, Task.Run(() => RunFanoutAsync(fanout), CancellationToken.None));
        (_link, _connection) = (link, connection);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        await _stopping.CancelAsync();
        if (_connection is { } connection && _link is { IsOpen: true } link)
            link.Pipeline.Post(null, "CLIENT", "UNBLOCK", connection.Id);
        await _loop;
        while (Volatile.Read(ref _inHand) > 0)
            await Task.Delay(5);
        // Delivered and not acknowledged: the last one first, so that the first is at the front again.
        foreach (var delivery in _held.Keys)
            await SettleAsync(delivery, requeue: true, front: true);
        await _transport.LeaveAsync(this);
        _stopping.Dispose();
    }

    public ValueTask SettleAsync(RedisDelivery delivery, bool requeue) => SettleAsync(delivery, requeue, front: false);

    private async ValueTask SettleAsync(RedisDelivery delivery, bool requeue, bool front)
    {
        if (!_held.TryRemove(delivery, out _))
            return;
        _transport.Restorer.Release(delivery);
        try
        {
            if (!delivery.Noted)
                return;
            // Also after the connection was lost: the message still stands among the unacknowledged.
            var link = await _transport.LinkAsync(CancellationToken.None);
            if (requeue)
                await _transport.Restorer.RestoreAsync(link, delivery.Tag, delivery.Raw, delivery.Exchange, delivery.RoutingKey, front);
            else
                RedisRestorer.Acknowledge(link, delivery.Tag);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or RespException)
        {
            _transport.Counters.CountStaleAcknowledgement();
        }
        finally
        {
            if (!delivery.Published)
                _credit.Release();
        }
    }

    private async Task RunAsync(RedisLink link, RespConnection connection)
    {
        try
        {
            while (!_stopped && link.IsOpen)
            {
                var credit = await TakeCreditAsync();
                var taken = 0;
                try
                {
                    taken = await TakeAsync(link, connection, credit);
                }
                finally
                {
                    if (credit > taken)
                        _credit.Release(credit - taken);
                }
            }
        }
        catch (OperationCanceledException) when (_stopped)
        {
        }
        catch (Exception error)
        {
            if (!_stopped)
                link.Drop($"queue {Queue} cannot be consumed: {error.Message}");
        }
        finally
        {
            connection.Dispose();
        }
    }

    private async Task<int> TakeCreditAsync()
    {
        await _credit.WaitAsync(_stopping.Token);
        var credit = 1;
        while (credit < MostAtOnce && _credit.Wait(0))
            credit++;
        return credit;
    }

    /// <summary>Takes what is there, or waits up to a second for a message.</summary>
    /// <returns>How many messages were handed on; each of them keeps its credit until it is settled.</returns>
    private async Task<int> TakeAsync(RedisLink link, RespConnection connection, int most)
    {
        // Where messages wait, they are taken many at once. Where they come one by one, asking for many would be asking in vain each time.
        if (_ask)
        {
            _commands.Clear();
            AddTake(link, most);
            await connection.WriteAsync(_commands.Written);
            if (Found(await ReadAsync(connection)) is { Length: > 0 } taken)
                return await HandOnAsync(link, taken, noted: !_options.NoAck);
        }
        var more = most > 1 && IsTimeToAsk();
        _commands.Clear();
        _commands.Add([(RespArgument)"BRPOP", .. _lists.Select(l => (RespArgument)l), "1"]);
        if (more)
            AddTake(link, most - 1);
        await connection.WriteAsync(_commands.Written);
        var waited = await ReadAsync(connection);
        var count = 0;
        if (waited.Items is { Length: 2 } popped)
            count = await HandOnAsync(link, [popped[1]], noted: false);
        if (more)
            count += await HandOnAsync(link, Found(await ReadAsync(connection)), noted: !_options.NoAck);
        else if (most == 1)
            _ask = IsTimeToAsk();
        return count;
    }

    // A server that is silent for so long is gone, whatever TCP makes of it.
    private static async ValueTask<RespReply> ReadAsync(RespConnection connection)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        return (await connection.ReadAsync(patience.Token)).Checked();
    }

    private RespReply[] Found(RespReply reply)
    {
        var messages = reply.Items ?? [];
        _ask = messages.Length > 0;
        if (_ask)
            _quiet = 0;
        return messages;
    }

    private bool IsTimeToAsk()
    {
        var round = _quiet++;
        return round < AskAtFirst || round % AskEvery == 0;
    }

    private void AddTake(RedisLink link, int most) => _commands.Add(
    [
        "EVALSHA", link.Script(RedisScripts.Take), 6L, RedisKeys.Unacknowledged, RedisKeys.UnacknowledgedIndex,
        .. _lists.Select(l => (RespArgument)l), RedisRestorer.UnixTime(), (long)most, _options.NoAck ? "0" : "1",
    ]);

    private async Task<int> HandOnAsync(RedisLink link, RespReply[] messages, bool noted)
    {
        var handedOn = 0;
        foreach (var message in messages)
        {
            if (Read(link, message.Bytes ?? [], noted, published: false) is not { } delivery)
                continue;
            handedOn++;
            await StartAsync(delivery);
        }
        return handedOn;
    }

    private RedisDelivery? Read(RedisLink link, byte[] raw, bool noted, bool published)
    {
        Envelope envelope;
        try
        {
            envelope = Envelope.Read(raw, Queue);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            _transport.Counters.CountDropped();
            _transport.Logger.LogWarning("bus {Address}: a message in queue {Queue} is not an envelope and is dropped: {Reason}", _transport.Address, Queue, error.Message);
            return null;
        }
        if (envelope.Expired)
        {
            _transport.Counters.CountExpired();
            if (noted && !published && !_options.NoAck && envelope.Tag.Length > 0)
                RedisRestorer.Acknowledge(link, envelope.Tag);
            return null;
        }
        var note = !_options.NoAck && !published && (!noted || envelope.Tag.Length == 0);
        var tag = envelope.Tag.Length == 0 ? Guid.NewGuid().ToString() : envelope.Tag;
        var delivery = new RedisDelivery(this, raw, tag, noted: !_options.NoAck && !published, published)
        {
            Exchange = envelope.Exchange,
            RoutingKey = envelope.RoutingKey,
            Queue = Queue,
            Properties = envelope.Properties,
            Body = envelope.Body,
            Redelivered = envelope.Redelivered,
        };
        _held[delivery] = 0;
        if (note)
            RedisRestorer.Note(link, delivery);
        if (delivery.Noted)
            _transport.Restorer.Hold(delivery);
        return delivery;
    }

    private async Task StartAsync(RedisDelivery delivery)
    {
        await _slots.WaitAsync();
        var handled = _options.Concurrency == 1 ? HandleAsync(delivery) : Task.Run(() => HandleAsync(delivery));
        // One after another is done here, on this thread; beside each other, on others.
        if (_options.Concurrency == 1)
            await handled;
    }

    private async Task RunFanoutAsync(ChannelReader<byte[]> messages)
    {
        try
        {
            await foreach (var message in messages.ReadAllAsync(_stopping.Token))
            {
                // Nobody holds a publication for us: it counts as acknowledged, whatever happens to it.
                if (_link is { } link && Read(link, message, noted: true, published: true) is { } delivery)
                    await StartAsync(delivery);
            }
        }
        catch (OperationCanceledException) when (_stopped)
        {
        }
    }

    private async Task HandleAsync(RedisDelivery delivery)
    {
        Interlocked.Increment(ref _inHand);
        try
        {
            if (_stopped)
            {
                await SettleAsync(delivery, requeue: true, front: true);
                return;
            }
            _transport.Counters.CountDelivered(delivery.Redelivered);
            var handled = _handler(delivery);
            // What is not settled by now stays in hand for a while, and its note need not wait for company.
            if (delivery.Noted && !delivery.IsSettled)
                _link?.Pipeline.SendWaiting();
            await handled;
            if (_options.NoAck)
                await delivery.AckAsync();
        }
        catch (Exception error)
        {
            _transport.Counters.CountHandlerError();
            _transport.Logger.LogError(error, "bus {Address}: the handler of queue {Queue} threw; the message is dropped", _transport.Address, Queue);
            await delivery.RejectAsync(requeue: false);
        }
        finally
        {
            _slots.Release();
            Interlocked.Decrement(ref _inHand);
        }
    }
}
