using Hutch.Tests.Servers;

namespace Hutch.Tests.Requests;

/// <summary>The contract on Redis.</summary>
[Collection(RedisCollection.Name)]
public sealed class RedisRequestTests(RedisServer server) : RequestContract
{
    protected override string Url => server.Url;
}
