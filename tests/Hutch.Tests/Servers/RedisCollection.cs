namespace Hutch.Tests.Servers;

/// <summary>Tests that share one Redis and do not restart it.</summary>
[CollectionDefinition(Name)]
public sealed class RedisCollection : ICollectionFixture<RedisServer>
{
    public const string Name = "Redis";
}
