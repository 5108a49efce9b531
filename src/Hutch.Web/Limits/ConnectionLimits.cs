using Hutch.Web.Answers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hutch.Web.Limits;

/// <summary>
/// Counts connections by client. Where there are too many, one over which a request is waited for gives its place to the new one, so that a place
/// is left for a command: first those over which none ever came, then the longest idle. Only a client all of whose connections are in use is
/// refused another.
/// </summary>
internal sealed class ConnectionLimits(RestSettings settings, ILogger logger)
{
    private static readonly object Key = new();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<TrackedConnection>> _clients = [];
    private int _connections;
    private long _closed;
    private long _refused;

    /// <summary>Connections that were closed to make room for another.</summary>
    public long Closed => Volatile.Read(ref _closed);

    /// <summary>Connections that were refused.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Handles a connection from its beginning to its end.</summary>
    public async Task AcceptAsync(ConnectionContext context, ConnectionDelegate next)
    {
        var client = (context.RemoteEndPoint as System.Net.IPEndPoint)?.Address.ToString() ?? "";
        var connection = new TrackedConnection(client, () => context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose(), context.Abort);
        if (!TryAdd(connection, out var longest))
        {
            await RefuseAsync(context, client).ConfigureAwait(false);
            return;
        }
        longest?.Close();
        context.Items[Key] = connection;
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            Remove(connection);
        }
    }

    /// <summary>Handles a request of a connection.</summary>
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var connection = context.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(Key, out var found) == true ? (TrackedConnection?)found : null;
        connection?.Begin();
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            connection?.End();
        }
    }

    /// <summary>For each client: its connections, and over how many of them a request is waited for.</summary>
    public IReadOnlyList<(string Client, int Connections, int Waiting)> Count()
    {
        lock (_gate)
            return [.. _clients.Select(c => (c.Key, c.Value.Count, c.Value.Count(t => t.Waits)))];
    }

    private bool TryAdd(TrackedConnection connection, out TrackedConnection? longest)
    {
        lock (_gate)
        {
            if (!_clients.TryGetValue(connection.Client, out var own))
                own = [];
            longest = null;
            if (own.Count >= settings.ConnectionsPerClient)
                longest = LongestWaiting(own);
            else if (_connections >= settings.Connections)
                longest = LongestWaiting(_clients.Values.SelectMany(c => c));
            else
                return Add(connection);
            if (longest is null)
                return false;
            Drop(longest);
            if (Interlocked.Increment(ref _closed) == 1)
                logger.LogWarning("connections are closed to make room for others, the first one of {Client}: at most {Own} per client and {All} in all are kept", longest.Client, settings.ConnectionsPerClient, settings.Connections);
            return Add(connection);
        }
    }

    private bool Add(TrackedConnection connection)
    {
        if (!_clients.TryGetValue(connection.Client, out var own))
            _clients[connection.Client] = own = [];
        _connections++;
        return own.Add(connection);
    }

    private void Remove(TrackedConnection connection)
    {
        lock (_gate)
            Drop(connection);
    }

    private void Drop(TrackedConnection connection)
    {
        if (!_clients.TryGetValue(connection.Client, out var own) || !own.Remove(connection))
            return;
        _connections--;
        if (own.Count == 0)
            _clients.Remove(connection.Client);
    }

    private static TrackedConnection? LongestWaiting(IEnumerable<TrackedConnection> connections) => 
        connections.Where(c => c.Waits).MinBy(c => (c.IsUsed, c.Since));

    // A client that sees the connection close while it still sends might not read the answer: so its request is read first.
    private async Task RefuseAsync(ConnectionContext context, string client)
    {
        if (Interlocked.Increment(ref _refused) == 1)
            logger.LogWarning("a connection of {Client} is refused: it uses all the connections it may have", client);
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            var read = await context.Transport.Input.ReadAsync(patience.Token).ConfigureAwait(false);
            context.Transport.Input.AdvanceTo(read.Buffer.End);
            await context.Transport.Output.WriteAsync(Refusals.Raw(StatusCodes.Status429TooManyRequests,
                $"{client} has as many connections in use as one client may have, {settings.ConnectionsPerClient}, or there are {settings.Connections} in all; close some"), patience.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or ConnectionAbortedException)
        {
            // It has closed the connection, or never sent a request.
        }
    }
}
