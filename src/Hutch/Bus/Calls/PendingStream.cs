using System.Threading.Channels;

namespace Hutch.Bus.Calls;

/// <summary>A call that is answered item by item.</summary>
internal sealed class PendingStream(Guid id, string routingKey, long timeout) : PendingCall(id, routingKey, timeout)
{
    private readonly Channel<RpcReply> _items = Channel.CreateUnbounded<RpcReply>();

    public ChannelReader<RpcReply> Items => _items.Reader;

    public override bool IsStream => true;

    public override bool IsCompleted => _items.Reader.Completion.IsCompleted;

    public override void Answer(RpcReply reply)
    {
        if (reply.IsItem)
        {
            Deadline = Environment.TickCount64 + Timeout;
            _items.Writer.TryWrite(reply.Copy());   // it is read later, when the message is no longer there
            return;
        }
        Ended();
        try
        {
            reply.Result<Nothing>();
            _items.Writer.TryComplete();
        }
        catch (Exception error)
        {
            _items.Writer.TryComplete(error);
        }
    }

    public override void Fail(Exception error)
    {
        Ended();
        _items.Writer.TryComplete(error);
    }

    public override void Cancel(CancellationToken token) => _items.Writer.TryComplete(new OperationCanceledException(token));
}
