using Hutch.Bus;

namespace Hutch.Bench.Bus;

/// <summary>Calls through the broker in memory, against a million a second.</summary>
public sealed class MemoryBenchmark : Benchmark
{
    private const int InFlight = 100;
    private BusConnection _bus = null!;
    private IEchoClient _client = null!;
    private OursEcho _echo = null!;

    public override string Name => "bus-memory";

    public override string Description => $"calls a second in memory, {InFlight} in flight / 1,000,000";

    public override double Bar => 1;

    public override void Prepare()
    {
        const string url = "memory://bench";
        _bus = BusConnection.Open(url, new BusOptions { Exchange = "echo" });
        _bus.ServeAsync(new EchoService(), new ServeOptions { Name = "echo", Prefetch = 1000, Concurrency = 2 }).GetAwaiter().GetResult();
        _client = _bus.Client<IEchoClient>("echo");
        _echo = new OursEcho(url, "echo");
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        const int each = 10_000;
        foreach (var inFlight in (int[])[1, InFlight])
            log.WriteLine($"  {inFlight,3} in flight, each timed {Load.MeasureAsync(_echo, inFlight, TimeSpan.FromSeconds(0.2)).GetAwaiter().GetResult()}");
        var allocated = GC.GetTotalAllocatedBytes();
        var cpu = System.Diagnostics.Process.GetCurrentProcess().TotalProcessorTime;
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
                await _client.Echo(i);
        }))).GetAwaiter().GetResult();
        var rate = InFlight * each / System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
        log.WriteLine($"  {rate:0} calls a second, {(System.Diagnostics.Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / (InFlight * each):0.00} us of processor time and {(GC.GetTotalAllocatedBytes() - allocated) / (InFlight * each)} bytes a call");
        return rate / 1e6;
    }

    protected override void Dispose(bool disposing)
    {
        _echo?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _bus?.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
