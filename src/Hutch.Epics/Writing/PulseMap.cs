using System.Globalization;
using Hutch.Epics.Buffering;
using Hutch.Store;

namespace Hutch.Epics.Writing;

/// <summary>Which pulse was the last at a time, by the time stamps that the IOC gave both.</summary>
internal sealed class PulseMap
{
    private const long Padding = 5;   // ms: time stamps and arrivals of the deployed buffer differ by less

    private readonly List<(ulong Time, ulong Pulse)> _pulses;

    private PulseMap(List<(ulong Time, ulong Pulse)> pulses) => _pulses = pulses;

    /// <summary>Pulses that are missing between the first and the last, in steps of the smallest distance between two.</summary>
    public long Missing { get; private init; }

    /// <summary>Reads the pulses of a time.</summary>
    /// <param name="store">The buffer's store.</param>
    /// <param name="range">The time.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <param name="after">How long after the end of the range pulses may arrive that values of it belong to, in ms.</param>
    public static async Task<PulseMap> ReadAsync(IStore store, PulseRange range, CancellationToken cancel, long after = Padding)
    {
        var (pulses, within) = (new List<(ulong Time, ulong Pulse)>(), new List<ulong>());
        await foreach (var entry in StreamPages.ReadAsync(store, BufferRecord.PulsesByTime,
            new StreamId(Math.Max(0, range.StartTime - Padding)), new StreamId(range.StopTime + after, long.MaxValue), cancel).ConfigureAwait(false))
        {
            if (ulong.TryParse(entry.Text("pulse_id"), NumberStyles.None, CultureInfo.InvariantCulture, out var pulse)
                && ulong.TryParse(entry.Text("epics_timestamp"), NumberStyles.None, CultureInfo.InvariantCulture, out var time))
            {
                pulses.Add((time, pulse));
                if (entry.Id.Milliseconds <= range.StopTime + Padding)
                    within.Add(pulse);
            }
        }
        pulses.Sort();
        return new PulseMap(pulses) { Missing = CountMissing(within, range) };
    }

    /// <summary>The last pulse whose time stamp is not later; 0 before the first.</summary>
    public ulong At(ulong time)
    {
        var (low, high) = (0, _pulses.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_pulses[middle].Time <= time)
                low = middle + 1;
            else
                high = middle;
        }
        return low == 0 ? 0 : _pulses[low - 1].Pulse;
    }

    private static long CountMissing(List<ulong> pulses, PulseRange range)
    {
        var ids = pulses.Select(p => (long)p).Where(p => p >= range.FirstPulse && p <= range.LastPulse).Distinct().Order().ToList();
        if (ids.Count < 2)
            return 0;
        var step = Enumerable.Range(1, ids.Count - 1).Min(i => ids[i] - ids[i - 1]);
        return (ids[^1] - ids[0]) / step - (ids.Count - 1);
    }
}
