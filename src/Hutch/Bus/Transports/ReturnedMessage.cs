namespace Hutch.Bus.Transports;

/// <summary>A mandatory message that reached no queue.</summary>
/// <param name="Exchange">The exchange it was published to.</param>
/// <param name="RoutingKey">The routing key without a bound queue.</param>
/// <param name="Properties">Its properties.</param>
/// <param name="Body">Its body.</param>
public sealed record ReturnedMessage(string Exchange, string RoutingKey, MessageProperties Properties, ReadOnlyMemory<byte> Body);
