namespace Hutch.Fleet.Tests.Execution;

[Collection(RedisCollection.Name)]
public sealed class RedisClusterExecTests(RedisServer server) : ClusterExecContract
{
    protected override string Url => server.Url;
}
