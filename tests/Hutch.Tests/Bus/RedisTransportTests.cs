using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

[Collection(RedisCollection.Name)]
public sealed class RedisTransportTests(RedisServer server) : TransportContract
{
    protected override string Url => server.Url;
}
