using Hutch.Bus.Transports.Memory;
using Hutch.Bus.Transports.RabbitMq;
using Hutch.Bus.Transports.Redis;
using Microsoft.Extensions.Logging;

namespace Hutch.Bus.Transports;

/// <summary>Makes the transport that a URL names.</summary>
public static class Transport
{
    /// <summary>Starts connecting to the broker of a URL; returns immediately.</summary>
    /// <exception cref="UserErrorException">The text is not the URL of a broker.</exception>
    public static ITransport Open(string url, ILogger? logger = null) => Open(BusUrl.Parse(url), logger);

    /// <summary>Starts connecting to the broker of a URL; returns immediately.</summary>
    public static ITransport Open(BusUrl url, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(url);
        return url.Scheme switch
        {
            "memory" => new MemoryTransport(url),
            "amqp" or "amqps" => new RabbitMqTransport(url, logger),
            _ => new RedisTransport(url, logger),
        };
    }
}
