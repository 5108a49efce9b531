namespace Hutch.Tests.Servers;

/// <summary>Tests that share one RabbitMQ and do not restart it.</summary>
[CollectionDefinition(Name)]
public sealed class RabbitMqCollection : ICollectionFixture<RabbitMqServer>
{
    public const string Name = "RabbitMQ";
}
