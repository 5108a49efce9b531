namespace Hutch.Fleet.Tests.Watching;

[Collection(RabbitMqCollection.Name)]
public sealed class RabbitMqWatcherTests(RabbitMqServer server) : WatcherContract
{
    protected override string Url => server.Url;
}
