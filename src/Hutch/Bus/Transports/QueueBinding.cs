namespace Hutch.Bus.Transports;

/// <summary>A binding of a queue to an exchange.</summary>
internal sealed record QueueBinding(string Queue, string Exchange, string RoutingKey);
