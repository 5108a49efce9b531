namespace Hutch.Fleet.Tests.Storage;

[Collection(RabbitMqCollection.Name)]
public sealed class RabbitMqStorageTests(RabbitMqServer server) : StorageContract
{
    protected override string Url => server.Url;
}
