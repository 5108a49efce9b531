namespace Hutch.Fleet.Tests.Watching;

[Collection(RedisCollection.Name)]
public sealed class RedisWatcherTests(RedisServer server) : WatcherContract
{
    protected override string Url => server.Url;
}
