using System.Collections.Concurrent;
using RabbitMQ.Client;

namespace Hutch.Bus.Transports.RabbitMq;

/// <summary>
/// A channel in confirm mode. The confirms are counted here because the library's own tracking adds a header to every
/// message, which the other dialects do not have.
/// </summary>
internal sealed class ConfirmedChannel : IDisposable
{
    private readonly IChannel _channel;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource> _waiting = new();
    private ulong _lowest = 1;

    public ConfirmedChannel(IChannel channel)
    {
        _channel = channel;
        channel.BasicAcksAsync += (_, ack) => Complete(ack.DeliveryTag, ack.Multiple, refused: false);
        channel.BasicNacksAsync += (_, nack) => Complete(nack.DeliveryTag, nack.Multiple, refused: true);
        channel.ChannelShutdownAsync += (_, reason) => Fail(reason.ReplyText);
    }

    public bool IsOpen => _channel.IsOpen;

    public async Task PublishAsync(
        string exchange, string routingKey, bool mandatory, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var confirmed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ulong number;
        await _turn.WaitAsync(cancel);
        try
        {
            number = await _channel.GetNextPublishSequenceNumberAsync(cancel);
            _waiting[number] = confirmed;
            await _channel.BasicPublishAsync(exchange, routingKey, mandatory, properties, body, cancel);
        }
        finally
        {
            _turn.Release();
        }
        if (!_channel.IsOpen)
            await Fail("the channel is closed");
        try
        {
            await confirmed.Task.WaitAsync(cancel);
        }
        finally
        {
            _waiting.TryRemove(number, out _);
        }
    }

    public void Dispose() => _turn.Dispose();

    private Task Complete(ulong number, bool multiple, bool refused)
    {
        for (var i = multiple ? _lowest : number; i <= number; i++)
        {
            if (!_waiting.TryGetValue(i, out var waiting))
                continue;
            if (refused)
                waiting.TrySetException(new UserErrorException("the broker could not take the message (basic.nack); see the broker's log"));
            else
                waiting.TrySetResult();
        }
        if (multiple || number == _lowest)
            _lowest = number + 1;
        return Task.CompletedTask;
    }

    private Task Fail(string reason)
    {
        foreach (var waiting in _waiting.Values)
            waiting.TrySetException(new IOException($"the connection was lost before the message was confirmed: {reason}"));
        return Task.CompletedTask;
    }
}
