namespace Hutch.Bus.Calls;

/// <summary>A call with one answer, which is read where it arrives.</summary>
internal sealed class PendingResult<T>(Guid id, string routingKey, long timeout) : PendingCall(id, routingKey, timeout)
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _result.Task;

    public override bool IsCompleted => _result.Task.IsCompleted;

    public override void Answer(RpcReply reply)
    {
        Ended();
        try
        {
            _result.TrySetResult(reply.Result<T>());
        }
        catch (Exception error)
        {
            _result.TrySetException(error);
        }
    }

    public override void Fail(Exception error)
    {
        Ended();
        _result.TrySetException(error);
    }

    public override void Cancel(CancellationToken token) => _result.TrySetCanceled(token);
}
