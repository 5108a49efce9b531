using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Bus.Transports;
using Microsoft.Extensions.Logging;

namespace Hutch.Bus.Methods;

/// <summary>Hears what is said to all processes: questions, cancellations, and the service's own proofs of life.</summary>
internal sealed class ControlListener(BusServer server, ILogger logger) : IAsyncDisposable
{
    /// <summary>The most cancellations that are remembered for calls that have not arrived yet.</summary>
    private const int MostRemembered = 1000;

    private readonly ConcurrentDictionary<string, CallInHand> _inHand = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _probes = new();
    private readonly Queue<string> _cancelledOrder = new();
    private readonly HashSet<string> _cancelled = [];
    private IAsyncDisposable? _subscription;

    public async Task StartAsync(CancellationToken cancel)
    {
        var transport = server.Bus.Transport;
        await transport.DeclareExchangeAsync(Control.Declaration, cancel);
        var queue = await transport.DeclareQueueAsync(new QueueDeclaration("", Exclusive: true, AutoDelete: true), cancel);
        await transport.BindAsync(queue, Control.Exchange, "", cancel);
        _subscription = await transport.ConsumeAsync(queue, new ConsumeOptions { NoAck = true }, HandleAsync, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_subscription is { } subscription)
            await subscription.DisposeAsync();
    }

    /// <summary>Notes a call, so that it can be cancelled.</summary>
    /// <returns>False if it was cancelled before it came.</returns>
    public bool Enter(CallInHand call)
    {
        var id = Text(call.Id);
        _inHand[id] = call;
        lock (_cancelled)
        {
            if (!_cancelled.Contains(id))
                return true;
        }
        _inHand.TryRemove(id, out _);
        return false;
    }

    public void Leave(CallInHand call) => _inHand.TryRemove(new KeyValuePair<string, CallInHand>(Text(call.Id), call));

    /// <summary>Cancels every call that can be cancelled.</summary>
    public void CancelAll()
    {
        foreach (var call in _inHand.Values)
            call.Stop();
    }

    /// <summary>Sends a message through the broker to this process, and waits for it.</summary>
    /// <returns>Whether it came in time.</returns>
    public async Task<bool> ProbeAsync(TimeSpan timeout, CancellationToken cancel)
    {
        var id = Guid.NewGuid().ToString();
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _probes[id] = arrived;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        try
        {
            var probe = JsonSerializer.SerializeToUtf8Bytes(new ControlMessage(Control.Probe, server.Options.Name, id, null), BusJson.Options);
            await server.Bus.Transport.PublishAsync(Control.Exchange, "", MessageProperties.None, probe, PublishMode.Plain, limit.Token);
            await arrived.Task.WaitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            _probes.TryRemove(id, out _);
        }
    }

    private async ValueTask HandleAsync(Delivery delivery)
    {
        ControlMessage? message;
        try
        {
            message = JsonSerializer.Deserialize<ControlMessage>(delivery.Body.Span, BusJson.Options);
        }
        catch (JsonException error)
        {
            server.Counters.CountMalformed();
            logger.LogDebug(error, "a control message is not JSON");
            return;
        }
        if (message is null || (message.Service is { } meant && meant != server.Options.Name))
            return;
        switch (message.Op)
        {
            case Control.Cancel:
                CancelCall(message.Id);
                break;
            case Control.Probe:
                if (_probes.TryGetValue(message.Id, out var probe))
                    probe.TrySetResult();
                break;
            case "ping":
                await AnswerAsync(message, new JsonObject { ["service"] = server.Options.Name, ["instance"] = server.Instance });
                break;
            case "info":
                await AnswerAsync(message, ServiceReport.Info(server));
                break;
            case "stats":
                await AnswerAsync(message, ServiceReport.Statistics(server));
                break;
        }
    }

    private void CancelCall(string id)
    {
        if (_inHand.TryGetValue(id, out var call))
        {
            call.Cancel();
            return;
        }
        // It may wait in a queue still, here or for another process.
        lock (_cancelled)
        {
            if (!_cancelled.Add(id))
                return;
            _cancelledOrder.Enqueue(id);
            if (_cancelledOrder.Count > MostRemembered)
                _cancelled.Remove(_cancelledOrder.Dequeue());
        }
    }

    private async ValueTask AnswerAsync(ControlMessage message, JsonObject answer)
    {
        if (message.ReplyTo is not { Length: > 0 } replyTo)
            return;
        var reply = new ReplyWriter();
        reply.Item(JsonSerializer.SerializeToUtf8Bytes(message.Id), answer, 0);
        try
        {
            await server.Bus.Transport.PublishAsync("", replyTo, Calls.Request.Reply, reply.Written);
        }
        catch (Exception error)
        {
            server.Counters.CountLostReply();
            logger.LogDebug(error, "an answer to {ReplyTo} could not be sent", replyTo);
        }
    }

    private static string Text(ReadOnlyMemory<byte> id) => Encoding.UTF8.GetString(id.Span).Trim('"');
}
