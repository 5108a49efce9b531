using Hutch.Web.Tests.Support;

namespace Hutch.Bench.Web;

/// <summary>
/// A minute of 200 requests a second while images are written, beside a minute without any: the ledger must not differ, and half of the
/// requests, for the status, must be answered within 20 ms at the 99th percentile.
/// </summary>
public sealed class RestUnderLoadBenchmark : Benchmark
{
    private const int Rate = 200;
    private const double Limit = 20;   // ms

    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(1);

    private TestInstrument? _instrument;

    public override string Name => "rest-under-load";

    public override string Description => "p99 of /writer/status at 200 requests a second for a minute, in the process of the data flow, against 20 ms; 0 if the loss ledger differs from that of a minute without requests";

    public override double Bar => 1;

    public override IReadOnlyList<string> Packages => ["libturbojpeg0"];

    public override int Samples => 3;

    public override int WarmUps => 0;

    public override void Prepare()
    {
        _instrument = new TestInstrument();
        _instrument.Client.PostAsync(new Uri("/simulation/start", UriKind.Relative), null).GetAwaiter().GetResult().EnsureSuccessStatusCode();
        _ = LoadRun.RunAsync(_instrument, TimeSpan.FromSeconds(3), Rate).GetAwaiter().GetResult();
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var without = LoadRun.RunAsync(_instrument!, Duration, 0).GetAwaiter().GetResult();
        var with = LoadRun.RunAsync(_instrument!, Duration, Rate).GetAwaiter().GetResult();
        log.WriteLine($"  without: {without}");
        log.WriteLine($"  with:    {with}");
        return with.Failures == 0 && with.Losses <= without.Losses && with.Ledger.AddsUp ? Limit / with.P99.TotalMilliseconds : 0;
    }

    protected override void Dispose(bool disposing) => _instrument?.Dispose();
}
