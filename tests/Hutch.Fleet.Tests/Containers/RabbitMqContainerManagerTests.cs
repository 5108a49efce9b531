namespace Hutch.Fleet.Tests.Containers;

[Collection(RabbitMqCollection.Name)]
public sealed class RabbitMqContainerManagerTests(RabbitMqServer server) : DeployedContainerManagerContract
{
    protected override string Url => server.Url;
}
