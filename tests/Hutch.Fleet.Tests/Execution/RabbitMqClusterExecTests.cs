namespace Hutch.Fleet.Tests.Execution;

[Collection(RabbitMqCollection.Name)]
public sealed class RabbitMqClusterExecTests(RabbitMqServer server) : ClusterExecContract
{
    protected override string Url => server.Url;
}
