using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

[Collection(RabbitMqCollection.Name)]
public sealed class RabbitMqTransportTests(RabbitMqServer server) : TransportContract
{
    protected override string Url => server.Url;
}
