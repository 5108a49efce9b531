using Hutch.Bus.Transports;

namespace Hutch.Bus.Methods;

/// <summary>What is known of a call, while it runs, whose method wants to hear of its end or to know its message.</summary>
internal sealed class CallInHand : IDisposable
{
    private readonly CancellationTokenSource _cancel;

    public CallInHand(Delivery delivery, ReadOnlyMemory<byte> id)
    {
        Delivery = delivery;
        Id = id;
        _cancel = delivery.Properties.Expiration is { } limit && limit > TimeSpan.Zero && limit < TimeSpan.FromDays(20)
            ? new CancellationTokenSource(limit)
            : new CancellationTokenSource();
        Cancelled = _cancel.Token;
    }

    public Delivery Delivery { get; }

    /// <summary>The id as JSON.</summary>
    public ReadOnlyMemory<byte> Id { get; }

    /// <summary>Set when the caller cancels, or when its deadline has passed.</summary>
    public CancellationToken Cancelled { get; }

    /// <summary>The method has answered by itself; what it returns is not sent.</summary>
    public bool Answered { get; set; }

    /// <summary>Whether it was the stop of the service that cancelled the call: its caller still waits.</summary>
    public bool Stopped { get; private set; }

    public void Stop()
    {
        Stopped = true;
        Cancel();
    }

    public void Cancel()
    {
        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call has just ended.
        }
    }

    public void Dispose() => _cancel.Dispose();
}
