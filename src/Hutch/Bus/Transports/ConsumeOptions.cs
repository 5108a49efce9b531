namespace Hutch.Bus.Transports;

/// <summary>How the messages of a queue are handed to a consumer.</summary>
public sealed record ConsumeOptions
{
    /// <summary>The most messages that are delivered and not yet acknowledged. Default 1; range 1 to 65535. Without effect when <see cref="NoAck"/> is set.</summary>
    public ushort Prefetch { get; init; } = 1;

    /// <summary>The maximum number of concurrent handlers. Default 1: one after another, in order. Range 1 to 65535.</summary>
    public ushort Concurrency { get; init; } = 1;

    /// <summary>
    /// The handler is short and never waits, so it may run on any thread, even the sender's.
    /// The delivery is the handler's only while it runs. Needs <see cref="NoAck"/>. Default false.
    /// </summary>
    public bool Inline { get; init; }

    /// <summary>Messages count as acknowledged when they are sent: faster, and lost with the process. Default false.</summary>
    public bool NoAck { get; init; }
}
