using System.Diagnostics;
using System.Globalization;
using Hutch.LiveResults;
using Hutch.Reduction.Chunks;
using Hutch.Reduction.Configuration;
using Hutch.Reduction.Scripts;
using Hutch.Reduction.Services;
using Hutch.Reduction.Sources;
using Hutch.Services;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Bench.Reduction;

/// <summary>
/// What the daemon adds to a script, chunk by chunk: from the chunk in a ring to its accumulated output, against the same script called on
/// memory-mapped arrays, its output summed by numpy. The ratio is the allowance of 5 ms by what was added.
/// </summary>
public sealed class ReductionOverheadBenchmark(string name, string script, string what) : Benchmark
{
    private const int Side = 2048;                          // 16-bit pixels: 8 MiB
    private const int Chunks = 40;
    private const int Different = 8;                        // chunks that both sides go round through, more than a cache holds
    private const double AllowanceMs = 5;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"hutch-bench-{Guid.NewGuid():N}");
    private readonly byte[][] _images = [.. Enumerable.Range(0, Different).Select(_ => new byte[Side * Side * sizeof(ushort)])];
    private readonly List<Service> _services = [];
    private Hutch.Reduction.Processing.Reduction? _reduction;
    private Process? _direct;

    public override string Name => name;

    public override string Description => $"5 ms by what the daemon adds a chunk of 8 MiB to a script ({what}) / the script on memory-mapped arrays, summed by numpy";

    public override double Bar => 1;

    public override IReadOnlyList<string> Packages => ["python3-numpy"];

    public override void Prepare()
    {
        Directory.CreateDirectory(_folder);
        using (var file = File.Create(Path.Combine(_folder, "images")))
        {
            var random = new Random(1);
            foreach (var image in _images)
            {
                random.NextBytes(image);
                file.Write(image);
            }
        }
        File.WriteAllText(Path.Combine(_folder, "reduce_BENCH_live_proc.py"), script);
        var configuration = new ReductionConfiguration { File = "bench", Instrument = "BENCH", ScriptDir = _folder, UpdateEvery = 3600, BufferMb = 64 };
        _reduction = new Hutch.Reduction.Processing.Reduction(configuration, new NoSource(), ScriptSet.Read(_folder, "BENCH"), new ResultFolder(_folder), NullLogger.Instance);
        _services.Add(new ChunkService(1, _reduction, NullLogger.Instance));
        _services.ForEach(s => s.Start());
        _direct = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Direct, Path.Combine(_folder, "images"), Path.Combine(_folder, "reduce_BENCH_live_proc.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var (ours, direct) = (ThroughDaemon(), Directly());
        var added = Math.Max(0.01, ours - direct);
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  a chunk: daemon {ours:0.00} ms, script directly {direct:0.00} ms, added {ours - direct:0.00} ms"));
        return AllowanceMs / added;
    }

    protected override void Dispose(bool disposing)
    {
        _services.ForEach(s => s.Dispose());
        _reduction?.Dispose();
        _direct?.StandardInput.Close();
        _direct?.WaitForExit();
        _direct?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // One chunk at a time: nothing of the daemon's work hides behind the script's.
    private double ThroughDaemon()
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Chunks; i++)
        {
            var done = _reduction!.Reduced + 1;
            var image = _images[i % Different];
            var block = _reduction.Reserve(image.Length, CancellationToken.None);
            image.CopyTo(_reduction.Span(block));
            _reduction.Submit(new Chunk { Run = "bench", Type = NumpyType.UInt16, Shape = [Side, Side], Block = block });
            while (_reduction.Reduced < done)
                Thread.Sleep(0);
        }
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds / Chunks;
    }

    private double Directly()
    {
        _direct!.StandardInput.WriteLine(Chunks);
        _direct.StandardInput.Flush();
        return double.Parse(_direct.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    private const string Direct = """
        import sys, time
        import numpy as np
        images = np.memmap(sys.argv[1], '<u2', 'r', shape=(8, 2048, 2048))
        sums = {}
        code = compile(open(sys.argv[2]).read(), sys.argv[2], 'exec')
        for line in sys.stdin:
            started = time.perf_counter()
            for i in range(int(line)):
                space = {'input': images[i % 8], 'cache': {}}
                exec(code, space)
                for name, value in (space['output'] if isinstance(space['output'], dict) else {'': space['output']}).items():
                    if name not in sums:
                        sums[name] = np.zeros(value.shape, 'u8')
                    sums[name] += value
            print((time.perf_counter() - started) * 1000 / int(line), flush=True)
        """;

    private sealed class NoSource : IChunkSource
    {
        public string Description => "benchmark";

        public bool CanRewind => false;

        public void Rewind()
        {
        }

        public bool Read(IChunkSink sink, CancellationToken stop) => false;

        public void Dispose()
        {
        }
    }
}
