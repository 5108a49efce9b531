using System.Diagnostics;
using Hutch.Web.Tests.Support;

namespace Hutch.Bench.Web;

/// <summary>What a scrape of <c>/metrics</c> costs the process of the data flow while images are written: processor time, the client's share with it.</summary>
public sealed class MetricsBenchmark : Benchmark
{
    private const int Scrapes = 100;
    private const double Limit = 10;   // ms: at one scrape a second, a hundredth of a processor

    private TestInstrument? _instrument;

    public override string Name => "metrics-scrape";

    public override string Description => "10 ms, a hundredth of a processor at one scrape a second / processor time that a scrape of /metrics takes during a run, server and client together";

    public override double Bar => 1;

    public override IReadOnlyList<string> Packages => ["libturbojpeg0"];

    public override void Prepare()
    {
        _instrument = new TestInstrument();
        _instrument.Client.PostAsync(new Uri("/simulation/start", UriKind.Relative), null).GetAwaiter().GetResult().EnsureSuccessStatusCode();
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        // The data flow goes on either way, for as long.
        var length = 0;
        var started = Stopwatch.GetTimestamp();
        var with = TimeOf(() =>
        {
            for (var i = 0; i < Scrapes; i++)
                length = _instrument!.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)).GetAwaiter().GetResult().Length;
        });
        var elapsed = Stopwatch.GetElapsedTime(started);
        var without = TimeOf(() => Task.Delay(elapsed).GetAwaiter().GetResult());
        var each = (with - without).TotalMilliseconds / Scrapes;
        log.WriteLine($"  {each:0.00} ms a scrape of {length} bytes");
        return Limit / Math.Max(each, 0.01);
    }

    protected override void Dispose(bool disposing) => _instrument?.Dispose();

    private static TimeSpan TimeOf(Action action)
    {
        var before = Environment.CpuUsage.TotalTime;
        action();
        return Environment.CpuUsage.TotalTime - before;
    }
}
