using System.Globalization;
using Hutch.Epics.Buffering;
using Hutch.Store;

namespace Hutch.Epics.Writing;

/// <summary>A range of pulses as it is in the buffer: the pulses at its ends, and when they arrived.</summary>
/// <param name="FirstPulse">The newest pulse at or before the start.</param>
/// <param name="LastPulse">The oldest pulse at or after the end.</param>
/// <param name="StartTime">When the first arrived, milliseconds since 1970.</param>
/// <param name="StopTime">When the last arrived.</param>
internal sealed record PulseRange(long FirstPulse, long LastPulse, long StartTime, long StopTime)
{
    /// <summary>How far the pulses at the ends may be from those that were asked for: std-daq's, 10 s at 100 Hz.</summary>
    private const long LargestDistance = 1000;

    /// <summary>All pulses of a time.</summary>
    /// <param name="start">Milliseconds since 1970.</param>
    /// <param name="stop">Milliseconds since 1970.</param>
    public static PulseRange OfTime(long start, long stop) => new(0, long.MaxValue, start, stop);

    /// <summary>Finds a range in the buffer.</summary>
    /// <exception cref="UserErrorException">It is not there yet, not any more, or never was.</exception>
    public static async Task<PulseRange> FindAsync(IStore store, long start, long stop, CancellationToken cancel)
    {
        var before = await store.RangeAsync(BufferRecord.Pulses, StreamId.Zero, new StreamId(start, long.MaxValue), 1, newestFirst: true, cancel).ConfigureAwait(false);
        var after = await store.RangeAsync(BufferRecord.Pulses, new StreamId(stop), StreamId.Max, 1, cancel: cancel).ConfigureAwait(false);
        if (before.Count == 0)
        {
            var oldest = await store.RangeAsync(BufferRecord.Pulses, StreamId.Zero, StreamId.Max, 1, cancel: cancel).ConfigureAwait(false);
            throw new UserErrorException(oldest.Count == 0
                ? $"there are no pulse ids in {store.Address}; is an epics-buffer with a pulse_id_pv running?"
                : $"pulse {start} is no longer in the buffer; the oldest is {oldest[0].Id.Milliseconds}");
        }
        if (after.Count == 0)
        {
            var newest = await store.NewestAsync(BufferRecord.Pulses, 1, cancel).ConfigureAwait(false);
            throw new UserErrorException($"pulse {stop} is not in the buffer yet; the newest is {newest[0].Id.Milliseconds}");
        }
        return new PulseRange(Near(before[0], start), Near(after[0], stop), TimeOf(before[0]), TimeOf(after[0]));
    }

    private static long Near(StreamEntry entry, long wanted)
    {
        var found = entry.Id.Milliseconds;
        return Math.Abs(found - wanted) <= LargestDistance
            ? found
            : throw new UserErrorException($"pulse {wanted} is not in the buffer: the nearest is {found}, more than {LargestDistance} pulses away; no pulses were recorded between");
    }

    /// <summary>When a pulse arrived, milliseconds since 1970.</summary>
    public static long TimeOf(StreamEntry entry) =>
        long.TryParse(entry.Text("buffer_timestamp"), NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            ? time / 1_000_000
            : throw new UserErrorException($"pulse {entry.Id.Milliseconds} of the buffer has the time '{entry.Text("buffer_timestamp")}', which is not a number of nanoseconds");
}
