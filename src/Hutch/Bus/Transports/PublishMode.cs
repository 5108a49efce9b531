namespace Hutch.Bus.Transports;

/// <summary>What sending a message waits for and reports.</summary>
[Flags]
public enum PublishMode
{
    /// <summary>Done when the message is on its way; it is dropped silently when no queue is bound.</summary>
    Plain = 0,

    /// <summary>A message that no queue is bound for is handed to <see cref="ITransport.Returned"/>.</summary>
    Mandatory = 1,

    /// <summary>Done when the broker has taken responsibility for the message (publisher confirm).</summary>
    Confirmed = 2,
}
