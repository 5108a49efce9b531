using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

[Collection(RabbitMqCollection.Name)]
public sealed class RabbitMqServiceManagerTests(RabbitMqServer server) : ServiceManagerContract(server.Url);
