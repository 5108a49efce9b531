using Hutch.Bus.Transports;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Bus.Requests;

/// <summary>
/// A service that works on requests one after another and reports each on the bus: std-daq's protocol. Requests are
/// acknowledged when they are accepted and wait here, not in the broker: RabbitMQ closes the channel of a consumer that
/// takes longer than 30 minutes to acknowledge, and the queue, which belongs to this connection, would go with it.
/// </summary>
public abstract partial class RequestService : Service
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly IRequestHandler _handler;
    private readonly RequestServiceOptions _options;
    private readonly RequestJournal _journal;
    private readonly StatusPublisher _statuses;
    private readonly List<IAsyncDisposable> _subscriptions = [];
    private CancellationTokenSource _life = new();
    private Task _listening = Task.CompletedTask;
    private Task _working = Task.CompletedTask;

    private protected RequestService(ITransport bus, string name, IRequestHandler handler, RequestServiceOptions? options, ILogger? logger)
        : base(name, logger)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(handler);
        Bus = bus;
        _handler = handler;
        _options = options ?? new RequestServiceOptions();
        _journal = new RequestJournal(_options.Journal, name, Logger);
        _statuses = new StatusPublisher(bus, name, _options.Tag);
    }

    /// <summary>What was counted since the service was made.</summary>
    public RequestCounters Counters { get; } = new();

    /// <summary>The tag that requests and kills are sent to.</summary>
    public string Tag => _options.Tag;

    /// <summary>Whether the service listens: its broker was there, and everything is declared.</summary>
    public bool IsListening => _listening.IsCompletedSuccessfully && _subscriptions.Count > 0;

    private protected ITransport Bus { get; }

    /// <summary>Starts to listen as soon as the broker is there.</summary>
    protected override void OnStarting()
    {
        _life.Dispose();
        _life = new CancellationTokenSource();
        _giveUp.Dispose();
        _giveUp = new CancellationTokenSource();
        _stopping = false;
        _arrived = new SemaphoreSlim(0);
        _working = Task.Run(() => WorkAsync(_arrived));
        _listening = ListenAsync(_life.Token);
    }

    /// <summary>Looks after the listening and the working, which have threads of their own.</summary>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        if (_listening.IsFaulted)
        {
            var failed = _listening;
            stop.WaitHandle.WaitOne(RetryPause);
            _listening = ListenAsync(_life.Token);
            failed.GetAwaiter().GetResult();
        }
        stop.WaitHandle.WaitOne(LookInterval);
        return TimeSpan.Zero;
    }

    /// <summary>Stops listening, lets the current request finish, and fails waiting ones.</summary>
    protected override void OnStopped()
    {
        _life.Cancel();
        StopWorkAsync().GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        _statuses.Dispose();
        _life.Dispose();
        _giveUp.Dispose();
        _arrived.Dispose();
    }

    /// <summary>Starts to listen to what makes this service work.</summary>
    private protected abstract Task<IAsyncDisposable> SubscribeAsync(CancellationToken cancel);

    private async Task ListenAsync(CancellationToken cancel)
    {
        try
        {
            await RequestExchanges.DeclareAsync(Bus, cancel).ConfigureAwait(false);
            foreach (var left in await _journal.LeftBehindAsync(cancel).ConfigureAwait(false))
                Enqueue(left);
            // Kills first: a request that can be worked on can be killed.
            _subscriptions.Add(await RequestExchanges.SubscribeAsync(Bus, RequestExchanges.Kill, Tag, noAck: true, OnKillMessage, cancel).ConfigureAwait(false));
            _subscriptions.Add(await SubscribeAsync(cancel).ConfigureAwait(false));
            Logger.LogInformation("{Service} listens to {Tag} on {Bus}", ServiceName, Tag, Bus.Address);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }
        catch
        {
            await UnsubscribeAsync(0).ConfigureAwait(false);
            throw;
        }
    }

    // The last subscription is the one that brings work, the first the one that brings kills.
    private async Task UnsubscribeAsync(int keep)
    {
        for (var i = _subscriptions.Count - 1; i >= keep; i--)
        {
            await _subscriptions[i].DisposeAsync().ConfigureAwait(false);
            _subscriptions.RemoveAt(i);
        }
    }

    private ValueTask OnKillMessage(Delivery delivery)
    {
        Counters.CountKill();
        var id = delivery.Properties.CorrelationId ?? "";
        foreach (var work in WorksToKill(id))
            EndEarly(work, Killed);
        try
        {
            _handler.OnKill(id);
        }
        catch (Exception error)
        {
            Logger.LogError(error, "{Service}: OnKill of request {RequestId} failed: {Message}", ServiceName, id, error.Message);
        }
        return ValueTask.CompletedTask;
    }

    private void EndEarly(RequestWork work, string reason)
    {
        work.EndingReason = reason;
        try
        {
            work.Ending.Cancel();
        }
        catch (AggregateException error)
        {
            Logger.LogError(error, "{Service}: the kill action of request {RequestId} failed: {Message}", ServiceName, work.Id, error.Message);
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }
}
