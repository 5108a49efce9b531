using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

[Collection(RedisCollection.Name)]
public sealed class RedisMethodTests(RedisServer server) : MethodContract
{
    protected override string Url => server.Url;
}
