using System.Diagnostics;
using System.Globalization;

namespace Hutch.Bench.Detectors;

/// <summary>
/// A stage on two processors beside the same stage on one: each thread is pinned and has a module, or images, of its own, as the programs give them
/// to their threads.
/// </summary>
/// <param name="stage">The stage: receiver, converter or compressor.</param>
/// <param name="bar">The ratio that is to be reached; 2 is the most.</param>
public sealed class ScalingBenchmark(string stage, double bar) : Benchmark
{
    private const int Processes = 2;
    private const int Rounds = 10;

    private readonly List<Load> _loads = [];

    public override string Name => $"two-processors-{stage}";

    public override string Description => $"bytes a second of the {stage}: two threads on two processors / one on one";

    public override double Bar => bar;

    public override IReadOnlyList<string> Packages => BareLoops.Packages;

    public override int Samples => 11;

    public override void Prepare() => _loads.AddRange(Enumerable.Range(0, Processes).Select(Make));

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var (one, two) = (BytesASecond(1), BytesASecond(Processes));
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  one {one / 1e9:0.00} GB/s, two {two / 1e9:0.00} GB/s"));
        return two / one;
    }

    protected override void Dispose(bool disposing) => _loads.ForEach(l => l.Dispose());

    private Load Make(int number)
    {
        switch (stage)
        {
            case "receiver":
                var drain = new SocketDrain("jungfrau", trains: true, number);
                return new Load(drain.Bytes, drain.Fill, () => drain.Ours(out _), drain.Dispose);
            case "converter":
                var converter = new ConverterLoad("jungfrau-converted", 1);
                return new Load(converter.Slots * converter.PixelBytes, () => { }, converter.Convert, converter.Dispose);
            default:
                var compressor = new CompressorLoad(2);
                return new Load(compressor.Pixels.Length, () => { }, () => compressor.Compress(1), () => { });
        }
    }

    private double BytesASecond(int threads)
    {
        var elapsed = TimeSpan.Zero;
        long started = 0;
        using var begin = new Barrier(threads, _ => started = Stopwatch.GetTimestamp());
        using var end = new Barrier(threads, _ => elapsed += Stopwatch.GetElapsedTime(started));
        var workers = _loads[..threads].Select((load, i) => new Thread(() =>
        {
            Processors.PinThisThread(Processes - 1 - i);
            for (var round = 0; round < Rounds; round++)
            {
                load.Prepare();
                begin.SignalAndWait();
                load.Run();
                end.SignalAndWait();
            }
        })).ToList();
        workers.ForEach(w => w.Start());
        workers.ForEach(w => w.Join());
        return Rounds * _loads[..threads].Sum(l => (double)l.Bytes) / elapsed.TotalSeconds;
    }

    private sealed record Load(long Bytes, Action Prepare, Action Run, Action Release) : IDisposable
    {
        public void Dispose() => Release();
    }
}
