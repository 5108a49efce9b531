namespace Hutch.Bus.Transports.Memory;

/// <summary>A message in the broker; the same object waits in every queue it was routed to.</summary>
internal sealed record MemoryMessage(string Exchange, string RoutingKey, MessageProperties Properties, byte[] Body);
