namespace Hutch.Bus.Transports.Memory;

/// <summary>A message that is handed over on the thread that sends it: it waits in no queue, and nothing waits for its acknowledgement.</summary>
internal sealed class InlineDelivery : Delivery
{
    protected override ValueTask AcknowledgeAsync() => default;

    protected override ValueTask RefuseAsync(bool requeue) => default;
}
