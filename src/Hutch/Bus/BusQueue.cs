namespace Hutch.Bus;

/// <summary>A queue of a service. All processes that serve the same named queue share its work.</summary>
/// <param name="Name">Its name; empty for a queue of this process alone, which ends with it.</param>
/// <param name="RoutingKey">Which messages of the exchange it gets, e.g. <c>simple.*</c>.</param>
public sealed record BusQueue(string Name, string RoutingKey);
