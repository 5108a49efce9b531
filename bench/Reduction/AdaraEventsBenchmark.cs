using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Hutch.Reduction.Configuration;
using Hutch.Reduction.Simulation;
using Hutch.Reduction.Sources;
using Hutch.Reduction.Sources.Adara;

namespace Hutch.Bench.Reduction;

/// <summary>
/// Events from the bytes of banked event packets to a histogram of pixels by time of flight, on one thread, as the listener does it; against numpy's
/// fastest way (bincount over a flat index) on arrays that lie in memory already. Both count the same; fewer than 5 million events/s is a failure.
/// </summary>
public sealed class AdaraEventsBenchmark : Benchmark
{
    private const int Pulses = 200;
    private const int EventsPerPulse = 10_000;
    private const int PulsesPerChunk = 40;
    private const int Pixels = 1024;
    private const int Bins = 1000;
    private const int TofMaxUs = 16_667;
    private const double LeastRate = 5e6;

    private readonly List<byte[]> _packets = [];
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"hutch-bench-{Guid.NewGuid():N}");
    private readonly HistogramSink _sink = new(Pixels * Bins);
    private readonly AdaraStream _stream = new(
        new ReductionConfiguration
        {
            File = "bench",
            Instrument = "BENCH",
            ScriptDir = "/tmp",
            PreserveEvents = false,
            PulsesPerChunk = PulsesPerChunk,
            Histogram = new HistogramAxis { TofMin = 0, TofMax = TofMaxUs, Bins = Bins, Ids = Pixels },
        },
        skipsWhenFull: true,
        geometryFile: null);

    private Process? _numpy;
    private long _counted;

    public override string Name => "adara-events";

    public override string Description => "ADARA's banked event packets parsed and histogrammed (1024 pixels x 1000 bins), events/s / numpy.bincount on arrays in memory";

    public override double Bar => 0.2;

    public override IReadOnlyList<string> Packages => ["python3-numpy"];

    public override void Prepare()
    {
        var time = EventTime.Of(DateTimeOffset.UtcNow.AddDays(-1));
        var random = new Random(1);
        using var file = File.Create(_file);
        for (var p = 0; p < Pulses; p++)
        {
            var pairs = new uint[2 * EventsPerPulse];
            for (var i = 0; i < EventsPerPulse; i++)
                (pairs[2 * i], pairs[(2 * i) + 1]) = ((uint)random.Next(TofMaxUs * 10), (uint)random.Next(Pixels));
            _packets.Add(AdaraPackets.BankedEvents(time + (p * 1_000_000L), 1, 0, [new ArraySegment<uint>(pairs, 0, EventsPerPulse), new ArraySegment<uint>(pairs, EventsPerPulse, EventsPerPulse)]));
            file.Write(MemoryMarshal.AsBytes(pairs.AsSpan()));
        }
        file.Close();
        _stream.Connected(fromStartOfRun: false);
        Take(AdaraPackets.RunStatus(time, 1, 1, RunStatus.What.NewRun));
        Ours();
        _stream.EndPulse(_sink, CancellationToken.None);
        _counted = _sink.Counted;
        _numpy = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Numpy, _file]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        _sink.Counts = false;
        // Other pulses: the same ones again would be left out.
        foreach (var packet in _packets)
            BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(8), BinaryPrimitives.ReadUInt32LittleEndian(packet.AsSpan(8)) + 1);
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
        _numpy?.StandardInput.Close();
        _numpy?.WaitForExit();
        _numpy?.Dispose();
        File.Delete(_file);
    }

    private double Ours()
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var packet in _packets)
            Take(packet);
        return Pulses * (double)EventsPerPulse / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private void Take(byte[] bytes)
    {
        AdaraPacket.TryRead(bytes, out var packet);
        _stream.Take(packet, _sink, CancellationToken.None);
    }

    private const string Numpy = """
        import sys, time
        import numpy as np
        data = np.fromfile(sys.argv[1], '<u4').reshape(-1, 2)
        tof, pixel = (np.ascontiguousarray(data[:, i]) for i in (0, 1))
        pixel = pixel.astype('i4')
        for line in sys.stdin:
            started = time.perf_counter()
            bins = ((tof / 10.0).astype('f4') * (1000 / 16667)).astype('i4')
            counts = np.bincount(pixel * 1000 + bins, minlength=1024 * 1000)
            seconds = time.perf_counter() - started
            print(2e6 / seconds, counts.sum(), flush=True)
        """;
}
