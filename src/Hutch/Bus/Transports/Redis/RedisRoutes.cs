using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Hutch.Bus.Transports.Redis;

/// <summary>
/// Sends messages to the lists their bindings lead to. The sender evaluates the bindings, as in kombu; the result is kept
/// and sent along with a digest of the bindings, so that a call takes one step and never follows bindings of yesterday.
/// </summary>
internal sealed class RedisRoutes(RedisTransport transport)
{
    // Reply lists are ours and may be left behind by a caller that died; nothing else may ever expire.
    private const string ReplyPrefix = "response-";
    private const string ReplyLifeSeconds = "3600";

    private readonly ConcurrentDictionary<(string Exchange, string Key), RedisRoute> _routes = new();

    /// <summary>Sends; <paramref name="done"/> hears the outcome: the number of lists, or an error.</summary>
    public void Send(RedisLink link, RedisMessage message, Action<RespReply>? done)
    {
        if (message.Exchange.Length == 0)
        {
            link.Pipeline.Post(Watch(message, done), "LPUSH", RedisKeys.List(message.RoutingKey, message.Properties.Priority ?? 0), message.Envelope);
            if (message.RoutingKey.StartsWith(ReplyPrefix, StringComparison.Ordinal))
                link.Pipeline.PostSoon(["EXPIRE", message.RoutingKey, ReplyLifeSeconds]);
        }
        else if (transport.Topology.TypeOf(message.Exchange) == ExchangeType.Fanout)
        {
            link.Pipeline.Post(Watch(message, done), "PUBLISH", RedisKeys.Channel(transport.Url.Path, message.Exchange, message.RoutingKey), message.Envelope);
        }
        else
        {
            var finished = Watch(message, done);
            RouteOf(message).Send(link, message, reply =>
            {
                if (reply.Kind == RespKind.Integer && reply.Integer == 0 && message.Mode.HasFlag(PublishMode.Mandatory))
                    Return(message);
                finished(reply);
            });
        }
    }

    /// <summary>The lists that a message restored from the unacknowledged ones goes to.</summary>
    public async Task<string[]> LookUpAsync(RedisLink link, string exchange, string routingKey)
    {
        if (exchange.Length == 0)
            return [routingKey];
        var bindings = await link.Pipeline.AskAsync("SMEMBERS", RedisKeys.Bindings(exchange));
        return Choose(bindings.Items ?? [], exchange, routingKey);
    }

    private RedisRoute RouteOf(RedisMessage message)
    {
        // Routing keys come from outside: a sender that never repeats one must not fill the memory.
        if (_routes.Count > 10_000)
            _routes.Clear();
        return _routes.GetOrAdd(
            (message.Exchange, message.RoutingKey),
            (way, routes) => new RedisRoute(way.Exchange, bindings => routes.Choose(bindings, way.Exchange, way.Key)),
            this);
    }

    private string[] Choose(RespReply[] bindings, string exchange, string routingKey)
    {
        var direct = transport.Topology.TypeOf(exchange) == ExchangeType.Direct;
        var queues = new List<string>();
        foreach (var binding in bindings)
        {
            var parts = binding.Text.Split(RedisKeys.Separator);
            if (parts.Length != 3 || parts[2].Length == 0 || queues.Contains(parts[2]))
                continue;
            // A direct binding has no expression.
            if (direct || parts[1].Length == 0 ? parts[0] == routingKey : RedisPattern.Matches(parts[1], routingKey))
                queues.Add(parts[2]);
        }
        return [.. queues];
    }

    private Action<RespReply> Watch(RedisMessage message, Action<RespReply>? done) => reply =>
    {
        // E.g. a reply_to that names a key which is no list. A caller that waits for a confirm hears of it by itself.
        if (reply.Kind == RespKind.Error && done is null && reply.Bytes != RespPipeline.LostError)
        {
            transport.Counters.CountDropped();
            transport.Logger.LogWarning("bus {Address}: a message to '{Exchange}' '{Key}' was refused: {Reason}", transport.Address, message.Exchange, message.RoutingKey, reply.Text);
        }
        done?.Invoke(reply);
    };

    private void Return(RedisMessage message)
    {
        var body = Redis.Envelope.Read(message.Envelope, "").Body;
        transport.OnReturned(new ReturnedMessage(message.Exchange, message.RoutingKey, message.Properties, body));
    }
}
