namespace Hutch.Fleet.Tests.Containers;

[Collection(RedisCollection.Name)]
public sealed class RedisContainerManagerTests(RedisServer server) : ContainerManagerContract
{
    protected override string Url => server.Url;
}
