using System.Diagnostics;
using Hutch.Bus;

namespace Hutch.Bench.Bus;

/// <summary>How far from its time a caller's time-out comes while the broker is away, against the 50 ms that are promised.</summary>
public sealed class TimeoutBenchmark : Benchmark
{
    private const int Calls = 100;
    private static readonly TimeSpan Promised = TimeSpan.FromMilliseconds(50);
    private BusConnection _bus = null!;

    public override string Name => "bus-timeout";

    public override string Description => $"50 ms / the worst of {Calls} time-outs of 100 to 300 ms while the broker is away";

    public override double Bar => 1;

    // Port 1 of this machine: nobody listens, and the transport tries again and again.
    public override void Prepare() => _bus = BusConnection.Open("amqp://127.0.0.1:1");

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var late = Task.WhenAll(Enumerable.Range(0, Calls).Select(i => LatenessAsync(TimeSpan.FromMilliseconds(100 + (2 * i))))).GetAwaiter().GetResult();
        log.WriteLine($"  {late.Min().TotalMilliseconds:0.0} to {late.Max().TotalMilliseconds:0.0} ms after its time");
        return Promised / late.Max(l => l.Duration());
    }

    protected override void Dispose(bool disposing) => _bus?.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task<TimeSpan> LatenessAsync(TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            await _bus.CallAsync<int>("nobody.add", null, new CallOptions { Timeout = timeout });
        }
        catch (BusTimeoutException)
        {
            return Stopwatch.GetElapsedTime(start) - timeout;
        }
        throw new InvalidOperationException("somebody answered");
    }
}
