using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Hutch.Reduction.Configuration;

namespace Hutch.Bench.Reduction;

/// <summary>
/// Events from the bytes of a stream to a histogram of pixels by time of flight, on one thread, as the listener does it; against numpy's fastest way
/// (bincount over a flat index) on arrays that lie in memory already. Both count the same; fewer than 5 million events/s is a failure.
/// </summary>
/// <param name="tofMaxUs">The longest time of flight in microseconds.</param>
/// <param name="unitsPerUs">Units of the stream's times of flight in a microsecond.</param>
public abstract class EventsBenchmark(int tofMaxUs, int unitsPerUs) : Benchmark
{
    private const int Blocks = 200;
    private const int EventsPerBlock = 10_000;
    private const int Pixels = 1024;
    private const int Bins = 1000;
    private const double LeastRate = 5e6;

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"hutch-bench-{Guid.NewGuid():N}");
    private Process? _numpy;
    private long _counted;

    public override double Bar => 0.2;

    public override IReadOnlyList<string> Packages => ["python3-numpy"];

    /// <summary>The configuration of the reduction that is measured.</summary>
    private protected ReductionConfiguration Configuration => new()
    {
        File = "bench",
        Instrument = "BENCH",
        ScriptDir = "/tmp",
        PreserveEvents = false,
        PulsesPerChunk = 40,
        Histogram = new HistogramAxis { TofMin = 0, TofMax = tofMaxUs, Bins = Bins, Ids = Pixels },
    };

    private protected HistogramSink Sink { get; } = new(Pixels * Bins);

    public override void Prepare()
    {
        var random = new Random(1);
        using (var file = File.Create(_file))
        {
            for (var block = 0; block < Blocks; block++)
            {
                var (tofs, pixels) = (new int[EventsPerBlock], new uint[EventsPerBlock]);
                for (var i = 0; i < EventsPerBlock; i++)
                    (tofs[i], pixels[i]) = (random.Next(tofMaxUs * unitsPerUs), (uint)random.Next(Pixels));
                Add(block, tofs, pixels);
                file.Write(MemoryMarshal.AsBytes(tofs.AsSpan()));
                file.Write(MemoryMarshal.AsBytes(pixels.AsSpan()));
            }
        }
        TakeAll();
        EndPulse();
        _counted = Sink.Counted;
        Sink.Counts = false;
        _numpy = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Numpy, _file, $"{unitsPerUs}", $"{tofMaxUs}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        Renew();
        var started = Stopwatch.GetTimestamp();
        TakeAll();
        var ours = (double)Blocks * EventsPerBlock / Stopwatch.GetElapsedTime(started).TotalSeconds;
        _numpy!.StandardInput.WriteLine();
        _numpy.StandardInput.Flush();
        var theirs = _numpy.StandardOutput.ReadLine()!.Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToArray();
        if (_counted != (long)theirs[1])
            throw new InvalidOperationException($"ours counted {_counted} events, numpy {theirs[1]}");
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  million events a second: ours {ours / 1e6:0.0}, numpy {theirs[0] / 1e6:0.0}"));
        return ours < LeastRate ? 0 : ours / theirs[0];
    }

    /// <summary>Makes the bytes of a block of events as the stream carries them.</summary>
    private protected abstract void Add(int block, int[] tofs, uint[] pixels);

    /// <summary>Takes all blocks in.</summary>
    private protected abstract void TakeAll();

    /// <summary>Ends the last pulse, where a stream does not say so itself.</summary>
    private protected virtual void EndPulse()
    {
    }

    /// <summary>Makes the blocks others than those that were taken in, where a stream leaves out what comes twice.</summary>
    private protected virtual void Renew()
    {
    }

    protected override void Dispose(bool disposing)
    {
        _numpy?.StandardInput.Close();
        _numpy?.WaitForExit();
        _numpy?.Dispose();
        File.Delete(_file);
    }

    private const string Numpy = """
        import sys, time
        import numpy as np
        units, tof_max = float(sys.argv[2]), int(sys.argv[3])
        data = np.fromfile(sys.argv[1], '<i4').reshape(200, 2, 10000)
        tof, pixel = (np.ascontiguousarray(data[:, i]).ravel() for i in (0, 1))
        for line in sys.stdin:
            started = time.perf_counter()
            bins = ((tof / units).astype('f4') * (1000 / tof_max)).astype('i4')
            counts = np.bincount(pixel * 1000 + bins, minlength=1024 * 1000)
            seconds = time.perf_counter() - started
            print(2e6 / seconds, counts.sum(), flush=True)
        """;
}
