namespace Hutch.Bus.Transports.Memory;

/// <summary>A message in the broker; the same object waits in every queue it was routed to.</summary>
internal sealed record MemoryMessage(string Exchange, string RoutingKey, MessageProperties Properties, byte[] Body)
{
    // When it is of no more use, on the clock of Environment.TickCount64.
    private readonly long _deadline = Properties.Expiration is { } limit ? Environment.TickCount64 + (long)limit.TotalMilliseconds : long.MaxValue;

    public bool IsExpired => _deadline != long.MaxValue && Environment.TickCount64 > _deadline;
}
