using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hutch.Web.Crowding;

/// <summary>
/// Answers that do not end by themselves (live pictures, events): how many a client, by its address, and all clients together may hold.
/// More are refused, so that they cannot use up the connections that commands need.
/// </summary>
internal sealed class StreamPlaces(RestSettings settings, ILogger<StreamPlaces> logger)
{
    private readonly Dictionary<string, int> _held = [];
    private readonly Lock _changing = new();
    private int _all;
    private long _refused;

    /// <summary>How many are open.</summary>
    public int Open => Volatile.Read(ref _all);

    /// <summary>How many were refused.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Takes a place; disposing gives it back.</summary>
    /// <exception cref="CrowdedException">None is free.</exception>
    public IDisposable Take(HttpContext context)
    {
        var client = context.Connection.RemoteIpAddress?.ToString() ?? "";
        lock (_changing)
        {
            var held = _held.GetValueOrDefault(client);
            if (held >= settings.StreamsPerClient)
                throw Refuse(client, $"{client} holds {held} streams already (--streams-per-client); close one");
            if (_all >= settings.Streams)
                throw Refuse(client, $"{_all} streams are open already (--streams); close one");
            _held[client] = held + 1;
            _all++;
        }
        return new Place(this, client);
    }

    private CrowdedException Refuse(string client, string why)
    {
        if (Interlocked.Increment(ref _refused) == 1)
            logger.LogWarning("a stream for {Client} was refused: {Reason}; further ones are counted", client, why);
        return new CrowdedException(why);
    }

    private void Return(string client)
    {
        lock (_changing)
        {
            _all--;
            if (--_held[client] == 0)
                _held.Remove(client);
        }
    }

    private sealed class Place(StreamPlaces places, string client) : IDisposable
    {
        private int _returned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, 1) == 0)
                places.Return(client);
        }
    }
}
