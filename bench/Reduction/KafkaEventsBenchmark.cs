using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Hutch.Reduction.Configuration;
using Hutch.Reduction.Sources;
using Hutch.Reduction.Sources.Kafka;

namespace Hutch.Bench.Reduction;

/// <summary>
/// Events from the bytes of ev44 messages to a histogram of pixels by time of flight, on one thread, as the listener does it; against numpy's
/// fastest way (bincount over a flat index) on arrays that lie in memory already. Both count the same; fewer than 5 million events/s is a failure.
/// </summary>
public sealed class KafkaEventsBenchmark : Benchmark
{
    private const int Messages = 200;
    private const int EventsPerMessage = 10_000;
    private const int PulsesPerChunk = 40;
    private const int Pixels = 1024;
    private const int Bins = 1000;
    private const int TofMaxUs = 71_428;
    private const double LeastRate = 5e6;

    private readonly List<byte[]> _messages = [];
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"hutch-bench-{Guid.NewGuid():N}");
    private readonly HistogramSink _sink = new(Pixels * Bins);
    private readonly KafkaSource _source = new(KafkaAddress.TryParse("kafka://127.0.0.1:1/events")!, new ReductionConfiguration
    {
        File = "bench",
        Instrument = "BENCH",
        ScriptDir = "/tmp",
        PreserveEvents = false,
        PulsesPerChunk = PulsesPerChunk,
        Histogram = new HistogramAxis { TofMin = 0, TofMax = TofMaxUs, Bins = Bins, Ids = Pixels },
    });

    private Process? _numpy;
    private long _counted;

    public override string Name => "kafka-events";

    public override string Description => "ev44 messages parsed and histogrammed (1024 pixels x 1000 bins), events/s / numpy.bincount on arrays in memory";

    public override double Bar => 0.2;

    public override IReadOnlyList<string> Packages => ["python3-numpy"];

    public override void Prepare()
    {
        var random = new Random(1);
        using var file = File.Create(_file);
        for (var m = 0; m < Messages; m++)
        {
            var (tofs, pixels) = (new int[EventsPerMessage], new uint[EventsPerMessage]);
            for (var i = 0; i < EventsPerMessage; i++)
                (tofs[i], pixels[i]) = (random.Next(TofMaxUs * 1000), (uint)random.Next(Pixels));
            _messages.Add(EventMessage.Write("bank1", m, [1_000_000_000L + m], [0], tofs, pixels));
            file.Write(MemoryMarshal.AsBytes(tofs.AsSpan()));
            file.Write(MemoryMarshal.AsBytes(pixels.AsSpan()));
        }
        file.Close();
        Ours();
        _counted = _sink.Counted;
        _numpy = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Numpy, _file]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        _sink.Counts = false;
        var ours = Ours();
        _numpy!.StandardInput.WriteLine();
        _numpy.StandardInput.Flush();
        var theirs = _numpy.StandardOutput.ReadLine()!.Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToArray();
        if (_counted != (long)theirs[1])
            throw new InvalidOperationException($"ours counted {_counted} events, numpy {theirs[1]}");
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  million events a second: ours {ours / 1e6:0.0}, numpy {theirs[0] / 1e6:0.0}"));
        return ours < LeastRate ? 0 : ours / theirs[0];
    }

    protected override void Dispose(bool disposing)
    {
        _source.Dispose();
        _numpy?.StandardInput.Close();
        _numpy?.WaitForExit();
        _numpy?.Dispose();
        File.Delete(_file);
    }

    private double Ours()
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var message in _messages)
            _source.Take(message, _sink, CancellationToken.None);
        return Messages * (double)EventsPerMessage / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private const string Numpy = """
        import sys, time
        import numpy as np
        data = np.fromfile(sys.argv[1], '<i4').reshape(200, 2, 10000)
        tof, pixel = (np.ascontiguousarray(data[:, i]).ravel() for i in (0, 1))
        for line in sys.stdin:
            started = time.perf_counter()
            bins = ((tof / 1000.0).astype('f4') * (1000 / 71428)).astype('i4')
            counts = np.bincount(pixel * 1000 + bins, minlength=1024 * 1000)
            seconds = time.perf_counter() - started
            print(2e6 / seconds, counts.sum(), flush=True)
        """;
}
