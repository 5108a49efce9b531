using System.Threading.Channels;

namespace Hutch.Bus.Calls;

/// <summary>A call that waits for its answer.</summary>
internal sealed class PendingCall(Guid id, string routingKey, long timeout, bool streams)
    : TaskCompletionSource<RpcReply>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public Guid Id => id;

    public string RoutingKey => routingKey;

    /// <summary>The longest wait, ms; for a stream, between two items.</summary>
    public long Timeout => timeout;

    /// <summary>When the wait is over, on the clock of <see cref="Environment.TickCount64"/>.</summary>
    public long Deadline { get; set; } = Environment.TickCount64 + timeout;

    /// <summary>The items of a stream, or null.</summary>
    public Channel<RpcReply>? Items { get; } = streams ? Channel.CreateUnbounded<RpcReply>() : null;

    public void Answer(RpcReply reply)
    {
        if (reply.IsItem && Items is { } items)
        {
            Deadline = Environment.TickCount64 + timeout;
            items.Writer.TryWrite(reply);
            return;
        }
        TrySetResult(reply);
        Items?.Writer.TryComplete();
    }

    public void Fail(Exception error)
    {
        TrySetException(error);
        Items?.Writer.TryComplete();
    }
}
