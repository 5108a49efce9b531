namespace Hutch.Fleet.Tests.Containers;

[Collection(RedisCollection.Name)]
public sealed class RedisContainerManagerTests(RedisServer server) : DeployedContainerManagerContract
{
    protected override string Url => server.Url;
}
