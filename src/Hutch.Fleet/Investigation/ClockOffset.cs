using System.Diagnostics;
using System.Globalization;
using Hutch.Fleet.Ssh;

namespace Hutch.Fleet.Investigation;

/// <summary>How far the clock of a host is from the one here, as NTP reckons it: the time there against the middle of the question and its answer.</summary>
internal static class ClockOffset
{
    private const int Tries = 3;

    /// <summary>In seconds, positive when the clock there is ahead; of the quickest of three answers. Null when the host does not tell.</summary>
    public static async Task<double?> MeasureAsync(HostShell shell, CancellationToken cancel)
    {
        var best = (Took: TimeSpan.MaxValue, Offset: (double?)null);
        for (var i = 0; i < Tries; i++)
        {
            var (sent, start) = (DateTime.UtcNow, Stopwatch.GetTimestamp());
            var answer = await shell.RunAsync("date +%s.%N", cancel).ConfigureAwait(false);
            var took = Stopwatch.GetElapsedTime(start);
            if (took < best.Took && double.TryParse(answer.Output.Trim(), CultureInfo.InvariantCulture, out var there))
                best = (took, there - ((sent + (took / 2)) - DateTime.UnixEpoch).TotalSeconds);
        }
        return best.Offset is { } offset ? Math.Round(offset, 3) : null;
    }
}
