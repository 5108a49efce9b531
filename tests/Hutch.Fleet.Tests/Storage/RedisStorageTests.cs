namespace Hutch.Fleet.Tests.Storage;

[Collection(RedisCollection.Name)]
public sealed class RedisStorageTests(RedisServer server) : StorageContract
{
    protected override string Url => server.Url;
}
