using Hutch.Reduction.Sources;

namespace Hutch.Reduction.Scripting;

/// <summary>Counts events into histograms, for reduction scripts in C#; the same as <c>hutch_events.py</c> for those in Python, to the bit.</summary>
public static class EventHistogram
{
    /// <summary>Counts events by value = tof · factor[id] into bins of equal width from <paramref name="low"/> up to, and without, <paramref name="high"/>.</summary>
    /// <param name="events">The events: <c>input.As&lt;EventRecord&gt;()</c>.</param>
    /// <param name="counts">Where they are counted, added to what is there: a row of bins for each group, one after the other.</param>
    /// <param name="bins">The bins of a row.</param>
    /// <param name="low">The beginning of the first bin.</param>
    /// <param name="high">The end of the last.</param>
    /// <param name="factor">By pixel id; empty: 1, the value is the time of flight in microseconds. Events of other pixels are ignored.</param>
    /// <param name="group">The row by pixel id, -1 for none; empty: all are in the first. Events of other pixels are ignored.</param>
    /// <exception cref="ArgumentException"><paramref name="counts"/> has no whole rows, or there are no bins.</exception>
    public static void Count(ReadOnlySpan<EventRecord> events, Span<long> counts, int bins, double low, double high, ReadOnlySpan<double> factor = default, ReadOnlySpan<int> group = default)
    {
        if (bins < 1 || counts.Length < bins || counts.Length % bins != 0 || !(high > low))
            throw new ArgumentException($"{counts.Length} counts are not rows of {bins} bins from {low} to {high}", nameof(counts));
        var rows = (uint)(counts.Length / bins);
        var scale = bins / (high - low);
        foreach (var e in events)
        {
            double value = e.Tof;
            if (!factor.IsEmpty)
            {
                if (e.Id >= factor.Length)
                    continue;
                value *= factor[(int)e.Id];
            }
            var row = 0U;
            if (!group.IsEmpty)
            {
                if (e.Id >= group.Length)
                    continue;
                row = (uint)group[(int)e.Id];
            }
            var bin = (value - low) * scale;
            if (bin >= 0 && bin < bins && row < rows)
                counts[(int)(row * (uint)bins) + (int)bin]++;
        }
    }
}
