namespace Hutch.Bus.Transports.Redis;

/// <summary>A message on its way out.</summary>
internal sealed record RedisMessage(string Exchange, string RoutingKey, MessageProperties Properties, byte[] Envelope, PublishMode Mode);
