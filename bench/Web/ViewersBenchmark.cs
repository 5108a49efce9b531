using Hutch.Web.Tests.Support;

namespace Hutch.Bench.Web;

/// <summary>Fifty pages on the live view while images are written and a client asks for the status.</summary>
public sealed class ViewersBenchmark : Benchmark
{
    private const double Limit = 20;   // ms

    private Viewing? _viewing;

    public override string Name => "rest-with-viewers";

    public override string Description => "20 ms / p99 of /writer/status while 50 pages watch the live view, all in the process of the data flow; 0 if anything is lost";

    public override double Bar => 1;

    public override IReadOnlyList<string> Packages => ["libturbojpeg0"];

    public override int Samples => 3;

    public override int WarmUps => 1;

    public override void Prepare() => _viewing = new Viewing(50);

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var run = _viewing!.RunAsync(TimeSpan.FromSeconds(10), rate: 100).GetAwaiter().GetResult();
        log.WriteLine($"  {run}; {_viewing.Images.Sum()} images to {_viewing.Images.Count} pages so far");
        return run.Failures == 0 && run.Losses == 0 && run.Ledger.AddsUp ? Limit / run.P99.TotalMilliseconds : 0;
    }

    protected override void Dispose(bool disposing) => _viewing?.Dispose();
}
