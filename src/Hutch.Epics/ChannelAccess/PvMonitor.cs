using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Hutch.Epics.ChannelAccess;

/// <summary>A monitor as a sequence.</summary>
internal sealed class PvMonitor : IPvListener
{
    private readonly Channel<PvUpdate> _updates;

    private PvMonitor(int capacity) =>
        _updates = Channel.CreateBounded<PvUpdate>(new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public static async IAsyncEnumerable<PvUpdate> ReadAsync(CaClient client, string name, PvEvents events, int capacity, [EnumeratorCancellation] CancellationToken cancel)
    {
        var monitor = new PvMonitor(capacity);
        using var listening = client.Listen(name, events, monitor);
        await foreach (var update in monitor._updates.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
            yield return update;
    }

    public void OnConnection(bool connected)
    {
        // The sequence goes on with the next value.
    }

    public void OnUpdate(PvUpdate update) => _updates.Writer.TryWrite(update);
}
