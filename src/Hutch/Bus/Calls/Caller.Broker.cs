using System.Text.Json;
using Hutch.Bus.Methods;
using Hutch.Bus.Transports;

namespace Hutch.Bus.Calls;

/// <summary>What a caller needs at the broker: the exchange, its reply queue, the control exchange.</summary>
internal sealed partial class Caller
{
    private volatile bool _exchangeDeclared;

    private static MessageProperties NotificationProperties => Request.Properties;

    private MessageProperties StreamProperties => field ??= Request.Properties with
    {
        ReplyTo = _replyQueue,
        Headers = new Dictionary<string, object?> { [CallHeaders.Stream] = 1 },
    };

    /// <summary>Asks every service process; collects the answers of a time.</summary>
    public async Task<IReadOnlyList<JsonElement>> AskAllAsync(string what, string? service, TimeSpan window, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel, _closing.Token);
        limit.CancelAfter(window + TimeSpan.FromSeconds(5));
        var call = new PendingStream(CallId.Next(), $"{Control.Exchange}.{what}", long.MaxValue / 2);
        try
        {
            await StartAsync(limit.Token);
            await _transport.DeclareExchangeAsync(Control.Declaration, limit.Token);
            _pending.Add(call);
            await PublishControlAsync(new ControlMessage(what, service, call.Id.ToString(), _replyQueue), limit.Token);
            await Task.Delay(window, cancel);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new BusTimeoutException($"the broker {_transport.Address} cannot be reached: {_transport.Trouble ?? "it does not answer"}");
        }
        finally
        {
            _pending.Remove(call);
        }
        var answers = new List<JsonElement>();
        while (call.Items.TryRead(out var answer))
            answers.Add(answer.Item<JsonElement>());
        return answers;
    }

    private async Task StartAsync(CancellationToken cancel)
    {
        if (_started)
            return;
        await _starting.WaitAsync(cancel);
        try
        {
            if (_started)
                return;
            await DeclareExchangeAsync(cancel);
            await _transport.DeclareQueueAsync(new QueueDeclaration(_replyQueue, Durable: true), cancel);
            _replies ??= await _transport.ConsumeAsync(
                _replyQueue,
                new ConsumeOptions { NoAck = true, Inline = true },
                reply =>
                {
                    OnReply(reply);
                    return default;
                },
                cancel);
            _started = true;
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task DeclareExchangeAsync(CancellationToken cancel)
    {
        if (_exchangeDeclared)
            return;
        await _transport.DeclareExchangeAsync(new ExchangeDeclaration(_exchange, ExchangeType.Topic, Durable: true), cancel);
        _exchangeDeclared = true;
    }

    private void TellCancelled(PendingCall call)
    {
        if (_started && _transport.IsConnected)
            _ = TellAsync(new ControlMessage(Control.Cancel, null, call.Id.ToString(), null));
    }

    private async Task TellAsync(ControlMessage message)
    {
        try
        {
            await _transport.DeclareExchangeAsync(Control.Declaration, _closing.Token);
            await PublishControlAsync(message, _closing.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or UserErrorException or IOException)
        {
            // The caller no longer waits; the method's own deadline ends it.
        }
    }

    private ValueTask PublishControlAsync(ControlMessage message, CancellationToken cancel) =>
        _transport.PublishAsync(
            Control.Exchange, "", MessageProperties.None, JsonSerializer.SerializeToUtf8Bytes(message, BusJson.Options), PublishMode.Plain, cancel);

    // A Python service that answered has declared an exchange named as the queue; it goes as well.
    private async Task DeleteReplyQueueAsync()
    {
        if (!_started || !_transport.IsConnected)
            return;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _transport.DeleteQueueAsync(_replyQueue, limit.Token);
            await _transport.DeleteExchangeAsync(_replyQueue, limit.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or UserErrorException)
        {
            // The broker went away at this very moment.
        }
    }
}
