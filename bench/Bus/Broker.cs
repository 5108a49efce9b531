using Hutch.Tests.Servers;

namespace Hutch.Bench.Bus;

/// <summary>The broker of a benchmark: started once, used by all that name its kind, ended with the program.</summary>
public static class Broker
{
    private static readonly Dictionary<BrokerKind, string> Urls = [];

    public static string UrlOf(BrokerKind kind)
    {
        if (Urls.TryGetValue(kind, out var url))
            return url;
        if (kind == BrokerKind.RabbitMq)
        {
            var server = new RabbitMqServer();
            server.StartAsync().GetAwaiter().GetResult();
            AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().GetAwaiter().GetResult();
            return Urls[kind] = server.Url;
        }
        var redis = new RedisServer();
        redis.StartAsync().GetAwaiter().GetResult();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => redis.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return Urls[kind] = redis.Url;
    }
}
