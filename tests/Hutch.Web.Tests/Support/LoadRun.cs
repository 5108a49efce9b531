using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hutch.Detectors.Ledger;

namespace Hutch.Web.Tests.Support;

/// <summary>An acquisition while clients ask at a fixed rate, whether they are answered or not.</summary>
public sealed record LoadRun(int Requests, int Failures, TimeSpan P50, TimeSpan P99, LossLedger Ledger)
{
    private static readonly string[] Paths = ["/writer/status", "/writer/status", "/writer/status", "/writer/status", "/daq/stats", "/daq/config", "/daq/logs/5", "/api/v1/acquisitions/current"];

    /// <summary>Runs it.</summary>
    /// <param name="instrument">An instrument to which images come.</param>
    /// <param name="duration">How long.</param>
    /// <param name="rate">Requests a second; 0 for none. Half of them ask for the status, whose times count.</param>
    public static async Task<LoadRun> RunAsync(TestInstrument instrument, TimeSpan duration, int rate)
    {
        using var begun = await instrument.Client.PostAsJsonAsync("/writer/write_async", new JsonObject { ["n_images"] = int.MaxValue, ["output_file"] = instrument.NewFile() });
        begun.EnsureSuccessStatusCode();
        var times = new List<TimeSpan>();
        var failures = 0;
        var count = (int)(duration.TotalSeconds * rate);
        var started = Stopwatch.GetTimestamp();
        var asking = Enumerable.Range(0, count).Select(async i =>
        {
            var due = started + (long)((double)i / rate * Stopwatch.Frequency);
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is var pause && pause > TimeSpan.Zero)
                await Task.Delay(pause);
            // The timer's own lateness, a millisecond or so, is not the server's.
            var sent = Stopwatch.GetTimestamp();
            var path = Paths[i % Paths.Length];
            using var answer = await instrument.Client.GetAsync(new Uri(path, UriKind.Relative));
            _ = await answer.Content.ReadAsByteArrayAsync();
            var elapsed = Stopwatch.GetElapsedTime(sent);
            if (!answer.IsSuccessStatusCode)
                Interlocked.Increment(ref failures);
            if (path == "/writer/status")
            {
                lock (times)
                    times.Add(elapsed);
            }
        }).ToList();
        await Task.WhenAll(asking);
        if (duration - Stopwatch.GetElapsedTime(started) is var rest && rest > TimeSpan.Zero)
            await Task.Delay(rest);
        using var stopped = await instrument.Client.PostAsync(new Uri("/writer/stop", UriKind.Relative), null);
        Assert.True(stopped.IsSuccessStatusCode);
        times.Sort();
        return new LoadRun(count, failures, At(times, 0.5), At(times, 0.99), instrument.Daq.Status.Acquisition!.Ledger!);
    }

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"{Requests} requests, {Failures} failed; /writer/status p50 {P50.TotalMilliseconds:0.0} ms, p99 {P99.TotalMilliseconds:0.0} ms; ledger: {Losses} lost of {Ledger.Stages[0].Expected} packets");

    /// <summary>Everything lost at any stage.</summary>
    public long Losses => Ledger.Stages.Sum(s => s.Lost.Values.Sum());

    private static TimeSpan At(List<TimeSpan> times, double share) => times.Count == 0 ? TimeSpan.Zero : times[(int)((times.Count - 1) * share)];
}
