using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

[Collection(RabbitMqCollection.Name)]
public sealed class RabbitMqMethodTests(RabbitMqServer server) : MethodContract
{
    protected override string Url => server.Url;
}
