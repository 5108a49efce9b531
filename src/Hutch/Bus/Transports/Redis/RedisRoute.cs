using System.Security.Cryptography;

namespace Hutch.Bus.Transports.Redis;

/// <summary>
/// The way of the messages of one exchange and routing key: the lists they go to, and a digest of the bindings from which
/// these were chosen. Keeps the order of messages also while the bindings change.
/// </summary>
internal sealed class RedisRoute(string exchange, Func<RespReply[], string[]> choose)
{
    private readonly Lock _gate = new();
    private readonly Queue<(RedisMessage Message, Action<RespReply> Done)> _waiting = new();
    private string _digest = "";
    private string[] _lists = [];
    private int _inFlight;

    // Messages under way with a digest that is known to be wrong: they come back, and later ones must not overtake them.
    private int _inFlightWrong;

    public void Send(RedisLink link, RedisMessage message, Action<RespReply> done)
    {
        lock (_gate)
        {
            if (_inFlightWrong > 0 || (_digest.Length == 0 && _inFlight > 0))
                _waiting.Enqueue((message, done));
            else
                Post(link, message, done);
        }
    }

    private void Post(RedisLink link, RedisMessage message, Action<RespReply> done)
    {
        _inFlight++;
        var used = _digest;
        var priority = message.Properties.Priority ?? 0;
        link.Pipeline.Post(
            reply => OnReply(link, message, done, used, reply),
            [
                "EVALSHA", link.Script(RedisScripts.Publish), 1L, RedisKeys.Bindings(exchange), used, message.Envelope,
                .. _lists.Select(queue => (RespArgument)RedisKeys.List(queue, priority)),
            ]);
    }

    private void OnReply(RedisLink link, RedisMessage message, Action<RespReply> done, string used, RespReply reply)
    {
        var comesBack = reply.Kind == RespKind.Array;
        lock (_gate)
        {
            if (used == _digest)
                _inFlight--;
            else
                _inFlightWrong--;
            if (comesBack)
            {
                if (used == _digest)
                    Learn(reply.Items!);
                Post(link, message, done);
            }
            while (_inFlightWrong == 0 && _waiting.TryDequeue(out var next))
                Post(link, next.Message, next.Done);
        }
        if (!comesBack)
            done(reply);
    }

    private void Learn(RespReply[] bindings)
    {
        _inFlightWrong += _inFlight;
        _inFlight = 0;
        _lists = choose(bindings);
        using var joined = new MemoryStream();
        for (var i = 0; i < bindings.Length; i++)
        {
            if (i > 0)
                joined.WriteByte((byte)'\n');
            joined.Write(bindings[i].Bytes);
        }
#pragma warning disable CA5350 // It tells whether a set has changed; it is the digest that Redis scripts know.
        _digest = Convert.ToHexStringLower(SHA1.HashData(joined.ToArray()));
#pragma warning restore CA5350
    }
}
