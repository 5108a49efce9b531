using System.Runtime.InteropServices;

namespace Hutch.Native.Ca;

/// <summary>Makes a result of a DBR structure.</summary>
/// <param name="dbrType">Its type.</param>
/// <param name="count">The number of elements.</param>
/// <param name="dbr">Its memory, valid during the call.</param>
public delegate T CaReader<out T>(int dbrType, int count, ReadOnlySpan<byte> dbr);

/// <summary>What a channel was asked to do and has not answered yet.</summary>
internal abstract unsafe class CaOperation(CaChannel channel)
{
    public CaChannel Channel => channel;

    public GCHandle Handle { get; set; }

    public string What { get; set; } = "";

    public abstract void Finish(in CaEventArguments arguments);

    public abstract void Fail(int status);

    /// <summary>The memory of a structure that came.</summary>
    public static ReadOnlySpan<byte> Structure(in CaEventArguments arguments) =>
        new(arguments.Value, checked(CaStructures.ValueOffset((int)arguments.Type) + CaStructures.ElementSize((int)arguments.Type) * (int)arguments.Count));
}

internal sealed class CaGet<T>(CaChannel channel, CaReader<T> read) : CaOperation(channel)
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _done.Task;

    public override void Finish(in CaEventArguments arguments)
    {
        try
        {
            _done.TrySetResult(read((int)arguments.Type, (int)arguments.Count, Structure(arguments)));
        }
        catch (Exception error)
        {
            _done.TrySetException(error);
        }
    }

    public override void Fail(int status) => _done.TrySetException(new CaException(What, status));
}

internal sealed class CaPut(CaChannel channel) : CaOperation(channel)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _done.Task;

    public override void Finish(in CaEventArguments arguments) => _done.TrySetResult();

    public override void Fail(int status) => _done.TrySetException(new CaException(What, status));
}
