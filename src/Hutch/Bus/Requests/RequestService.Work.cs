using System.Diagnostics;
using Hutch.Bus.Transports;
using Hutch.Services;
using Hutch.Tracing;
using Microsoft.Extensions.Logging;

namespace Hutch.Bus.Requests;

public abstract partial class RequestService
{
    /// <summary>What a request that was killed fails with, unless it says something itself; the deployed writer's words.</summary>
    private const string Killed = "User requested interruption.";

    /// <summary>What a request fails with that the service did not begin, or could not finish, before it was stopped.</summary>
    private const string Stopped = "The service was stopped.";

    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Queue<RequestWork> _waiting = new();
    private readonly RecentKills _early = new();
    private SemaphoreSlim _arrived = new(0);
    private CancellationTokenSource _giveUp = new();
    private RequestWork? _inHand;
    private volatile bool _stopping;

    // Once a stop was requested, no other request is begun.
    private bool IsStopping => _stopping || State == ServiceState.Stopping;

    /// <summary>Requests that were accepted and not yet begun.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>Notes a message as a request and acknowledges it.</summary>
    private protected async ValueTask AcceptAsync(Delivery delivery, RequestWork work)
    {
        Counters.CountReceived();
        await _journal.AddAsync(work).ConfigureAwait(false);
        Enqueue(work);
        await delivery.AckAsync().ConfigureAwait(false);
    }

    private void Enqueue(RequestWork work)
    {
        bool killed;
        lock (_gate)
        {
            killed = _early.Contains(work.Id);
            _waiting.Enqueue(work);
        }
        if (killed)
            EndEarly(work, Killed);
        _arrived.Release();
    }

    /// <summary>The requests a kill is meant for; one that comes later is remembered as killed.</summary>
    private RequestWork[] WorksToKill(string id)
    {
        lock (_gate)
        {
            RequestWork[] works = [.. _waiting.Append(_inHand).OfType<RequestWork>().Where(w => w.Id == id)];
            if (works.Length == 0)
                _early.Add(id);
            return works;
        }
    }

    private async Task WorkAsync(SemaphoreSlim arrived)
    {
        while (true)
        {
            await arrived.WaitAsync().ConfigureAwait(false);
            RequestWork work;
            lock (_gate)
            {
                if (_waiting.Count == 0)
                    return;   // woken by the stop
                work = _inHand = _waiting.Dequeue();
            }
            try
            {
                await ProcessAsync(work).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                // Nothing about one request may keep the next from being worked on.
                Logger.LogError(error, "{Service}: request {RequestId} has no final status: {Message}", ServiceName, work.Id, error.Message);
            }
            lock (_gate)
                _inHand = null;
            work.Dispose();
        }
    }

    private async Task ProcessAsync(RequestWork work)
    {
        using var span = Traces.Start($"work {Tag}", ActivityKind.Consumer, work.Traceparent);
        span?.SetTag("hutch.service", ServiceName).SetTag("hutch.request.id", work.Id);
        using var scope = Logger.BeginScope(new Dictionary<string, object> { ["RequestId"] = work.Id });
        var refusal = work.Refusal ?? (IsStopping ? Stopped : null) ?? (work.Ending.IsCancellationRequested ? work.EndingReason : null);
        if (refusal is not null)
        {
            await FinishAsync(work, null, RequestAction.Fail, MessageValue.ToHeader(refusal)).ConfigureAwait(false);
            return;
        }
        var start = _statuses.Start(work);
        var (action, message) = await RunAsync(work).ConfigureAwait(false);
        await FinishAsync(work, start, action, message).ConfigureAwait(false);
    }

    private async Task<(RequestAction Action, object? Message)> RunAsync(RequestWork work)
    {
        var ending = work.Ending.Token;
        try
        {
            return (RequestAction.Success, MessageValue.ToHeader(await _handler.OnRequest(work.Id, work.Request!, ending).ConfigureAwait(false)));
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return (RequestAction.Fail, work.EndingReason);
        }
        catch (Exception error)
        {
            Logger.LogWarning(error, "{Service}: request {RequestId} failed: {Message}", ServiceName, work.Id, error.Message);
            return (RequestAction.Fail, MessageValue.ToHeader(error.Message));
        }
    }

    private async Task FinishAsync(RequestWork work, StatusPublisher.Sent? start, RequestAction action, object? message)
    {
        if (action == RequestAction.Fail)
            Traces.Fail(message as string ?? "");
        await _statuses.FinishAsync(work, start, action, message, _giveUp.Token).ConfigureAwait(false);
        await _journal.RemoveAsync(work).ConfigureAwait(false);
        Counters.CountEnd(action == RequestAction.Success);
    }

    private async Task StopWorkAsync()
    {
        await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping = true;
        await UnsubscribeAsync(keep: 1).ConfigureAwait(false);
        _arrived.Release();
        if (!await EndsWithinAsync(_working, _options.StopPatience).ConfigureAwait(false))
        {
            if (_inHand is { } late)
                EndEarly(late, Stopped);
            if (!await EndsWithinAsync(_working, LastPatience).ConfigureAwait(false))
                await GiveUpAsync().ConfigureAwait(false);
        }
        await UnsubscribeAsync(keep: 0).ConfigureAwait(false);
    }

    /// <summary>The request in hand does not end, or the broker is away: says so of all that is left, if it can.</summary>
    private async Task GiveUpAsync()
    {
        await _giveUp.CancelAsync().ConfigureAwait(false);
        _statuses.GiveUp();
        RequestWork[] left;
        lock (_gate)
        {
            left = [.. _waiting.Prepend(_inHand).OfType<RequestWork>()];
            _waiting.Clear();
        }
        using var patience = new CancellationTokenSource(LastPatience);
        foreach (var work in left)
        {
            try
            {
                await _statuses.FinishAsync(work, null, RequestAction.Fail, Stopped, patience.Token).ConfigureAwait(false);
                await _journal.RemoveAsync(work).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                Logger.LogError("{Service}: request {RequestId} has no final status: {Bus} does not answer", ServiceName, work.Id, Bus.Address);
            }
        }
    }

    private static async Task<bool> EndsWithinAsync(Task task, TimeSpan patience) =>
        await Task.WhenAny(task, Task.Delay(patience)).ConfigureAwait(false) == task;
}
