using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Hutch.Web.Crowding;

/// <summary>
/// Connections that a client, by its address, may hold, open ones that never send a request included. One more is answered with 429 and
/// closed, so that one client cannot hold all that the server has.
/// </summary>
internal sealed class ConnectionPlaces(int most, ILogger logger)
{
    private readonly Dictionary<IPAddress, int> _held = [];
    private long _refused;

    /// <summary>How many connections were refused.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Passes a connection on while its client has a place.</summary>
    public async Task InvokeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var client = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (!TryTake(client))
        {
            if (Interlocked.Increment(ref _refused) == 1)
                logger.LogWarning("a connection of {Client} was refused: it holds {Count} already (--connections-per-client); further ones are counted", client, most);
            await RefuseAsync(connection, $"{client} holds {most} connections already (--connections-per-client); close one").ConfigureAwait(false);
            return;
        }
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Return(client);
        }
    }

    private static async Task RefuseAsync(ConnectionContext connection, string why)
    {
        var body = $$"""{"detail":"{{why}}"}""";
        var answer = $"HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(answer)).ConfigureAwait(false);
        await connection.Transport.Output.CompleteAsync().ConfigureAwait(false);
    }

    private bool TryTake(IPAddress client)
    {
        lock (_held)
        {
            var held = _held.GetValueOrDefault(client);
            if (held >= most)
                return false;
            _held[client] = held + 1;
            return true;
        }
    }

    private void Return(IPAddress client)
    {
        lock (_held)
        {
            if (--_held[client] == 0)
                _held.Remove(client);
        }
    }
}
