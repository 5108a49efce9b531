using System.Collections.Concurrent;
using Hutch.Web.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hutch.Web.Limits;

/// <summary>Places for answers that do not end by themselves: the live view, events, logs that are followed. They are counted by client.</summary>
internal sealed class StreamPlaces(RestSettings settings, ILogger<StreamPlaces> logger)
{
    private readonly ConcurrentDictionary<string, int> _clients = new();
    private readonly Lock _gate = new();
    private int _streams;
    private long _refused;

    /// <summary>Streams that were refused.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>The streams of a client.</summary>
    public int Of(string client) => _clients.GetValueOrDefault(client);

    /// <summary>Takes a place until the answer ends.</summary>
    /// <exception cref="TooManyException">The client has as many as one may have.</exception>
    /// <exception cref="UnavailableException">All places are taken.</exception>
    public void Take(HttpContext context)
    {
        var client = context.Connection.RemoteIpAddress?.ToString() ?? "";
        lock (_gate)
        {
            var own = _clients.GetValueOrDefault(client);
            if (own >= settings.StreamsPerClient)
                throw Refuse(new TooManyException($"{client} has {own} streams open, and one client may have {settings.StreamsPerClient}; close one (the server's --streams-per-client allows more)"));
            if (_streams >= settings.Streams)
                throw Refuse(new UnavailableException($"all {settings.Streams} streams are in use; try again later (the server's --streams allows more)"));
            _clients[client] = own + 1;
            _streams++;
        }
        context.Response.OnCompleted(() =>
        {
            Leave(client);
            return Task.CompletedTask;
        });
    }

    private UserErrorException Refuse(UserErrorException refusal)
    {
        if (Interlocked.Increment(ref _refused) == 1)
            logger.LogWarning("a stream is refused: {Reason}", refusal.Message);
        return refusal;
    }

    private void Leave(string client)
    {
        lock (_gate)
        {
            _streams--;
            var left = _clients.GetValueOrDefault(client) - 1;
            if (left > 0)
                _clients[client] = left;
            else
                _clients.TryRemove(client, out _);
        }
    }
}
