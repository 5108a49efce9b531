using Hutch.Bus.Transports;

namespace Hutch.Bus.Requests;

/// <summary>
/// Publishes the statuses of a service so that none is lost with a connection and those of one request come in order.
/// The end of a short request is sent right behind its start, before the broker has confirmed that: both go down one
/// channel, which keeps their order. Whatever was not confirmed when the connection was lost is sent again, one by one.
/// </summary>
internal sealed class StatusPublisher : IDisposable
{
    private readonly ITransport _bus;
    private readonly string _source;
    private readonly string _tag;
    private volatile Connection _connection = new();

    public StatusPublisher(ITransport bus, string source, string tag)
    {
        _bus = bus;
        _source = source;
        _tag = tag;
        _bus.ConnectionChanged += OnConnectionChanged;
    }

    /// <summary>Sends a start; hand it to <see cref="FinishAsync"/>, which waits for it.</summary>
    public Sent Start(RequestWork work)
    {
        var connection = _connection;
        var status = StatusWire.Properties(work.Id, RequestAction.Start, _source, null);
        return new Sent(status, SendOnceAsync(work, status, connection), connection);
    }

    /// <summary>Sends a final status; returns when the broker has it, and the start.</summary>
    /// <param name="work">The request.</param>
    /// <param name="start">Its start, if it had one.</param>
    /// <param name="action">How it ended.</param>
    /// <param name="message">A value made by <see cref="MessageValue.ToHeader"/>.</param>
    /// <param name="cancel">Ends the wait for an unavailable broker.</param>
    public async Task FinishAsync(RequestWork work, Sent? start, RequestAction action, object? message, CancellationToken cancel)
    {
        var final = StatusWire.Properties(work.Id, action, _source, message);
        if (start is not null)
        {
            // A channel that has confirmed something is open, so the start is on its way: nothing can overtake it.
            if (!start.Confirmed.IsCompleted && start.Connection == _connection && start.Connection.HasConfirmed
                && await SendOnceAsync(work, final, start.Connection).WaitAsync(cancel).ConfigureAwait(false))
                return;
            if (!await start.Confirmed.WaitAsync(cancel).ConfigureAwait(false))
                await SendAsync(work, start.Status, cancel).ConfigureAwait(false);
        }
        await SendAsync(work, final, cancel).ConfigureAwait(false);
    }

    /// <summary>Sends nothing more of what has not gone out yet.</summary>
    public void GiveUp() => NextConnection();

    public void Dispose()
    {
        _bus.ConnectionChanged -= OnConnectionChanged;
        _connection.Dispose();
    }

    /// <returns>False if the connection was lost before the broker confirmed it.</returns>
    private async Task<bool> SendOnceAsync(RequestWork work, MessageProperties status, Connection connection)
    {
        try
        {
            await SendAsync(work, status, connection.Token).ConfigureAwait(false);
            connection.HasConfirmed = true;
            return true;
        }
        catch (Exception)
        {
            // Whatever it was, the status is sent again alone, and an error that persists is then reported.
            return false;
        }
    }

    private async Task SendAsync(RequestWork work, MessageProperties status, CancellationToken cancel) =>
        await _bus.PublishAsync(RequestExchanges.Status, _tag, status, work.Body, PublishMode.Confirmed, cancel).ConfigureAwait(false);

    // Told before the transport reconnects, so what was sent once is given up before it could be sent again.
    private void OnConnectionChanged(ConnectionChange change)
    {
        if (!change.Connected)
            NextConnection();
    }

    private void NextConnection()
    {
        var lost = _connection;
        _connection = new Connection();
        lost.Cancel();
    }

    /// <summary>A status on its way.</summary>
    /// <param name="Status">What was sent.</param>
    /// <param name="Confirmed">False if the connection was lost first.</param>
    /// <param name="Connection">The connection it went by.</param>
    internal sealed record Sent(MessageProperties Status, Task<bool> Confirmed, Connection Connection);

    /// <summary>A connection from its making to its loss, which cancels it.</summary>
    internal sealed class Connection : CancellationTokenSource
    {
        private volatile bool _hasConfirmed;

        public bool HasConfirmed
        {
            get => _hasConfirmed;
            set => _hasConfirmed = value;
        }
    }
}
