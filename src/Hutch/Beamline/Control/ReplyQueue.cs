namespace Hutch.Beamline.Control;

/// <summary>Sends replies one after the other, for those who cannot wait until one is sent.</summary>
internal sealed class ReplyQueue(Func<ControlReply, Task> send)
{
    private readonly Lock _gate = new();
    private Task _sending = Task.CompletedTask;

    public void Add(ControlReply reply)
    {
        lock (_gate)
            _sending = SendAfter(_sending, reply);
    }

    /// <summary>Waits until all are sent.</summary>
    /// <exception cref="IOException">The other side has closed the connection.</exception>
    public Task FlushAsync()
    {
        lock (_gate)
            return _sending;
    }

    private async Task SendAfter(Task before, ControlReply reply)
    {
        await before;
        await send(reply);
    }
}
