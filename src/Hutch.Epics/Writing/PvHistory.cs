using Hutch.Store;

namespace Hutch.Epics.Writing;

/// <summary>The entries of a PV that belong to a range of pulses.</summary>
internal static class PvHistory
{
    /// <summary>
    /// Reads them: the newest that arrived not after the range began, so that a slow PV has its value, all that arrived within, and the oldest that
    /// arrived not before it ended.
    /// </summary>
    public static async Task<IReadOnlyList<BufferedValue>> ReadAsync(IStore store, string pv, PulseRange range, PulseMap pulses, CancellationToken cancel)
    {
        var values = new List<BufferedValue>();
        var last = StreamId.Zero;

        void Add(StreamEntry entry)
        {
            if (entry.Id <= last)
                return;   // the range is so short that one entry is at both ends
            last = entry.Id;
            var value = BufferedValue.Read(pv, entry);
            values.Add(value with { PulseId = value.Connected ? pulses.At(value.Time) : 0 });
        }

        foreach (var entry in await store.RangeAsync(pv, StreamId.Zero, new StreamId(range.StartTime, long.MaxValue), 1, newestFirst: true, cancel).ConfigureAwait(false))
            Add(entry);
        if (range.StopTime > range.StartTime)
        {
            await foreach (var entry in StreamPages.ReadAsync(store, pv, new StreamId(range.StartTime + 1), new StreamId(range.StopTime - 1, long.MaxValue), cancel).ConfigureAwait(false))
                Add(entry);
        }
        foreach (var entry in await store.RangeAsync(pv, new StreamId(range.StopTime), StreamId.Max, 1, cancel: cancel).ConfigureAwait(false))
            Add(entry);
        return values;
    }
}
