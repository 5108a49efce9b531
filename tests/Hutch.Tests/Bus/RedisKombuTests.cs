using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

[Collection(RedisCollection.Name)]
public sealed class RedisKombuTests(RedisServer server) : KombuContract
{
    protected override string Url => server.Url;
}
