namespace Hutch.Bench.Bus;

public enum BrokerKind
{
    RabbitMq,
    Redis,
}
