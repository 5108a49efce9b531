namespace Hutch.Bench.Bus;

/// <summary>Calls of our client to our service, against the same messages on the bare client of the broker.</summary>
public sealed class CallBenchmark(string name, BrokerKind broker, int inFlight, int processes, double bar, bool latency = false) : Benchmark
{
    private readonly List<EchoProcess> _services = [];
    private readonly string _bus = $"echo{Guid.NewGuid():N}";
    private IEcho _ours = null!;
    private IEcho _bare = null!;

    public override string Name => name;

    public override string Description =>
        $"{(latency ? "99th percentile of the time of" : "rate of")} calls, {inFlight} in flight, {processes} process(es): our client and service / a bare echo on {(broker == BrokerKind.Redis ? "LPUSH and BRPOP" : "RabbitMQ.Client")}";

    public override double Bar => bar;

    public override IReadOnlyList<string> Packages => broker == BrokerKind.Redis ? ["redis-server"] : ["rabbitmq-server"];

    public override void Prepare()
    {
        var url = Broker.UrlOf(broker);
        var prefetch = inFlight == 1 ? 1 : 50;
        for (var i = 0; i < processes; i++)
        {
            _services.Add(new EchoProcess("ours", url, _bus, prefetch));
            _services.Add(new EchoProcess("bare", url, "bare" + _bus, prefetch));
        }
        _ours = new OursEcho(url, _bus);
        _bare = broker == BrokerKind.Redis ? BareRedisEcho.Open(url, "bare" + _bus) : BareRabbitMqEcho.OpenAsync(url, "bare" + _bus).GetAwaiter().GetResult();
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var (first, second) = Random.Shared.Next(2) == 0 ? (_ours, _bare) : (_bare, _ours);
        var a = Measure(first);
        var b = Measure(second);
        var (ours, bare) = first == _ours ? (a, b) : (b, a);
        log.WriteLine($"  ours {ours}");
        log.WriteLine($"  bare {bare}");
        return latency ? bare.P99 / ours.P99 : ours.Rate / bare.Rate;
    }

    protected override void Dispose(bool disposing)
    {
        _ours?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _bare?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _services.ForEach(s => s.Dispose());
    }

    private Load Measure(IEcho echo) => Load.MeasureAsync(echo, inFlight, TimeSpan.FromSeconds(1)).GetAwaiter().GetResult();
}
