using System.Diagnostics;

namespace Hutch.Detectors;

/// <summary>
/// When packets of a rate are due. A sender that stood still, as in a paused virtual machine, goes on as late as it is: a burst that made up for it would
/// overflow the buffers of its receivers.
/// </summary>
internal struct Schedule()
{
    /// <summary>A sender that is less late than this, for its thread did not run at once, catches up.</summary>
    private static readonly TimeSpan MostBehind = TimeSpan.FromMilliseconds(100);

    private long _startedAt = Stopwatch.GetTimestamp();

    /// <summary>The time until something is due; not positive if it is due now.</summary>
    /// <param name="due">When it is due, from the start on.</param>
    public TimeSpan Left(TimeSpan due)
    {
        var left = due - Stopwatch.GetElapsedTime(_startedAt);
        if (left < -MostBehind)
            _startedAt -= (long)(left.TotalSeconds * Stopwatch.Frequency);
        return left;
    }
}
