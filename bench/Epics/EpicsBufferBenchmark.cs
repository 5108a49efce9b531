using System.Diagnostics;
using System.Globalization;
using Hutch.Bench.Bus;
using Hutch.Epics.Buffering;
using Hutch.Epics.ChannelAccess;
using Hutch.Native.Ca;
using Hutch.Store;

namespace Hutch.Bench.Epics;

/// <summary>
/// 5000 PVs at 10 Hz through the buffer into Redis, as values a second of processor time, against redis-py making the same entries. Beside it, what
/// libca alone takes to call back for each value.
/// </summary>
internal sealed class EpicsBufferBenchmark : Benchmark
{
    private const int Pvs = 5000;
    private const int Rate = 10;

    // HUTCH_BENCH_SECONDS=5 for a look.
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("HUTCH_BENCH_SECONDS"), out var given) ? given : 60);

    private string? _folder;
    private readonly IReadOnlyList<string> _names = [.. Enumerable.Range(0, Pvs).Select(i => $"bench:pv{i}")];
    private Process? _ioc;
    private string _redis = "";
    private string _addressList = "";

    public override string Name => "epics-buffer";

    public override string Description => "5000 PVs at 10 Hz for a minute: values a processor second of the buffer, against redis-py making the same entries";

    public override double Bar => 3;

    public override IReadOnlyList<string> Packages => ["redis-server", "python3-redis", "libca4.13.5"];

    public override int Samples => 1;

    public override int WarmUps => 0;

    public override void Prepare()
    {
        _redis = Broker.UrlOf(BrokerKind.Redis);
        var port = 25_000 + Environment.ProcessId % 5000;
        _addressList = $"127.0.0.1:{port}";
        _folder = Directory.CreateTempSubdirectory("hutch bench ").FullName;
        var file = Path.Combine(_folder, "ioc.json");
        File.WriteAllText(file, $$"""{ "pvs": [ { "name": "bench:pv{n}", "copies": {{Pvs}}, "wave": "sine", "rate": {{Rate}} }, { "name": "bench:pulse", "wave": "pulse", "rate": 100 } ] }""");
        _ioc = Process.Start(new ProcessStartInfo(Path.GetFullPath("hutch"), ["run", "ioc-simulator", file, "--port", $"{port}"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        while (_ioc.StandardError.ReadLine() is { } line && !line.Contains("serves channel access", StringComparison.Ordinal))
        {
        }
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var ours = Buffer(log);
        var bare = Callbacks(log);
        var theirs = RedisPy(log, "plain", 0);
        var batched = RedisPy(log, "pipeline", 1000);
        StopIoc(log);
        log.WriteLine($"  the buffer takes {bare / ours:0.0} times the processor time of libca's callbacks alone; against redis-py with pipelines of 1000: {ours / batched:0.00}");
        return ours / theirs;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        _ioc?.Dispose();
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    // What it says at its end tells whether a value was overwritten before it was sent.
    private void StopIoc(TextWriter log)
    {
        using var kill = Process.Start("kill", $"{_ioc!.Id}");
        log.WriteLine($"  IOC: {_ioc.StandardOutput.ReadToEnd().Trim()}");
        _ioc.WaitForExit();
    }

    private double Buffer(TextWriter log)
    {
        var configuration = new BufferConfiguration { PulseIdPv = "bench:pulse", PvList = _names };
        using var buffer = new PvBuffer(configuration, Stores.Open(_redis), () => new CaClient(new CaClientOptions { AddressList = _addressList }));
        buffer.Start();
        Until(() => buffer.Pvs.All(p => p.Events > Rate));
        var memory = Environment.WorkingSet;
        var measured = Measure(Duration, () => buffer.Stored);
        var grown = Environment.WorkingSet - memory;
        var lost = buffer.Lost;
        log.WriteLine($"  buffer: {measured.Rate:0} values/s stored, {measured.Processor:P0} of a processor, {measured.PerProcessorSecond:0} values a processor second, {lost} lost, {buffer.Waiting} waiting, memory {(memory + grown) >> 20} MB ({grown / 1024.0 / 1024:+0;-0} MB)");
        buffer.Stop();
        buffer.WaitTillStopped(TimeSpan.FromSeconds(30));
        return lost == 0 ? measured.PerProcessorSecond : throw new InvalidOperationException($"{lost} values were lost");
    }

    private double Callbacks(TextWriter log)
    {
        var counter = new Counter();
        using var context = new CaContext(new Dictionary<string, string> { ["EPICS_CA_ADDR_LIST"] = _addressList, ["EPICS_CA_AUTO_ADDR_LIST"] = "NO" });
        foreach (var name in _names)
            context.Open(name, counter);
        Until(() => counter.Count > Pvs * Rate);
        var measured = Measure(Duration / 4, () => counter.Count);
        log.WriteLine($"  libca alone: {measured.Rate:0} values/s, {measured.Processor:P0} of a processor, {measured.PerProcessorSecond:0} values a processor second");
        return measured.PerProcessorSecond;
    }

    private double RedisPy(TextWriter log, string what, int batch)
    {
        const string script = """
            import struct, sys, time, redis
            port, batch, pvs, entries = (int(a) for a in sys.argv[1:])
            r = redis.Redis(port=port)
            names = ["python:pv%d" % i for i in range(pvs)]
            def add(to, i):
                to.xadd(names[i % pvs], {"id": str(int(time.time() * 1000000)).encode(), "type": b"f8", "shape": struct.pack("<I", 1),
                    "value": struct.pack("<d", i), "connected": b"1", "status": b"NO_ALARM"}, maxlen=864000, approximate=True)
            begin, cpu = time.perf_counter(), time.process_time()
            if batch == 0:
                for i in range(entries):
                    add(r, i)
            else:
                for first in range(0, entries, batch):
                    with r.pipeline(transaction=False) as pipe:
                        for i in range(first, first + batch):
                            add(pipe, i)
                        pipe.execute()
            print(entries / (time.perf_counter() - begin), entries / (time.process_time() - cpu))
            """;
        var port = new Uri(_redis).Port;
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", script, $"{port}", $"{batch}", $"{Pvs}", "100000"]) { RedirectStandardOutput = true })!;
        var rates = python.StandardOutput.ReadToEnd().Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToArray();
        log.WriteLine($"  redis-py, {what}: {rates[0]:0} entries/s, {rates[1]:0} entries a processor second");
        return rates[1];
    }

    private static (double Rate, double Processor, double PerProcessorSecond) Measure(TimeSpan duration, Func<long> count)
    {
        using var me = Process.GetCurrentProcess();
        var (watch, first, cpu) = (Stopwatch.StartNew(), count(), me.TotalProcessorTime);
        Until(() => watch.Elapsed >= duration);
        me.Refresh();
        var (seconds, done, used) = (watch.Elapsed.TotalSeconds, count() - first, (me.TotalProcessorTime - cpu).TotalSeconds);
        return (done / seconds, used / seconds, done / used);
    }

    private static void Until(Func<bool> condition)
    {
        using var never = new ManualResetEventSlim();
        while (!condition())
            never.Wait(50);
    }

    private sealed class Counter : ICaListener
    {
        private long _count;

        public long Count => Interlocked.Read(ref _count);

        public void OnConnection(CaChannel channel, bool connected)
        {
            if (connected)
                channel.Subscribe(1);
        }

        public void OnValue(CaChannel channel, int dbrType, int count, ReadOnlySpan<byte> dbr) => Interlocked.Increment(ref _count);

        public void OnFailure(CaChannel channel, int status)
        {
        }
    }
}
