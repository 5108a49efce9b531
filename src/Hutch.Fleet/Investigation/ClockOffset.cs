using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Hutch.Fleet.Ssh;

namespace Hutch.Fleet.Investigation;

/// <summary>How far the clock of a host is from the one here, as NTP reckons it: the time there against the middle of the question and its answer.</summary>
internal static class ClockOffset
{
    private const int Tries = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>In seconds, positive when the clock there is ahead; of the quickest of some answers. Null when the host does not report it.</summary>
    public static async Task<double?> MeasureAsync(HostShell shell, CancellationToken cancel)
    {
        var best = (Took: TimeSpan.MaxValue, Offset: (double?)null);
        var answers = Channel.CreateUnbounded<string>();
        // One shell for all questions: to start it takes longer than to answer, and would count as a part of the way there.
        await shell.RunAsync("while read -r _; do date +%s.%N; done", cancel, async questions =>
        {
            for (var i = 0; i < Tries; i++)
            {
                var (sent, start) = (DateTime.UtcNow, Stopwatch.GetTimestamp());
                await questions.WriteAsync("\n"u8.ToArray(), cancel).ConfigureAwait(false);
                await questions.FlushAsync(cancel).ConfigureAwait(false);
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                patience.CancelAfter(Patience);
                string answer;
                try
                {
                    answer = await answers.Reader.ReadAsync(patience.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
                {
                    return;
                }
                var took = Stopwatch.GetElapsedTime(start);
                if (took < best.Took && double.TryParse(answer.Trim(), CultureInfo.InvariantCulture, out var there))
                    best = (took, there - ((sent + (took / 2)) - DateTime.UnixEpoch).TotalSeconds);
            }
        }, piece => answers.Writer.TryWrite(piece)).ConfigureAwait(false);
        return best.Offset is { } offset ? Math.Round(offset, 3) : null;
    }
}
