using System.Diagnostics;
using System.Globalization;

namespace Hutch.Bench.Bus;

/// <summary>Calls of our client to our service, against kombu doing the same.</summary>
public sealed class KombuBenchmark(string name, BrokerKind broker, int inFlight, int processes) : Benchmark
{
    private readonly List<EchoProcess> _services = [];
    private readonly string _bus = $"echo{Guid.NewGuid():N}";
    private IEcho _ours = null!;
    private double _kombu;

    public override string Name => name;

    public override string Description => $"rate of calls, {inFlight} caller(s), {processes} process(es): ours / kombu calling a kombu service";

    public override double Bar => 10;

    public override int Samples => 5;

    public override int WarmUps => 1;

    public override IReadOnlyList<string> Packages => ["python3-kombu", "python3-redis", broker == BrokerKind.Redis ? "redis-server" : "rabbitmq-server"];

    public override void Prepare()
    {
        var url = Broker.UrlOf(broker);
        for (var i = 0; i < processes; i++)
            _services.Add(new EchoProcess("ours", url, _bus, 1));
        _ours = new OursEcho(url, _bus);
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var ours = Load.MeasureAsync(_ours, inFlight, TimeSpan.FromSeconds(1)).GetAwaiter().GetResult();
        _kombu = Kombu();
        log.WriteLine($"  ours {ours}");
        log.WriteLine($"  kombu{_kombu,9:0}/s");
        return ours.Rate / _kombu;
    }

    protected override void Dispose(bool disposing)
    {
        _ours?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _services.ForEach(s => s.Dispose());
    }

    private double Kombu()
    {
        var program = Path.Combine(Environment.CurrentDirectory, "tests", "peers", "kombu_rate.py");
        using var python = Process.Start(new ProcessStartInfo(
            "/usr/bin/python3", [program, Broker.UrlOf(broker), $"{inFlight}", $"{processes}", "2"]) { RedirectStandardOutput = true })!;
        var rate = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        return double.Parse(rate, CultureInfo.InvariantCulture);
    }
}
