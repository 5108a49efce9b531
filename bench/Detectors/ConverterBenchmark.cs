using System.Globalization;
using System.Runtime.InteropServices;
using Hutch.Native.Posix;

namespace Hutch.Bench.Detectors;

/// <summary>
/// One converter on one processor, from frames that are no longer in a cache into an image ring, against memcpy of as many bytes as it writes,
/// between rings of the same size.
/// </summary>
/// <param name="stage">What is converted.</param>
/// <param name="detector">An example detector.</param>
/// <param name="modules">Its modules, all converted by the one converter.</param>
/// <param name="bar">The ratio that is to be reached.</param>
/// <param name="rowByRow">Whether the reference puts an Eiger's rows to their places with memcpy instead.</param>
public sealed unsafe class ConverterBenchmark(string stage, string detector, int modules, double bar, bool rowByRow = false) : Benchmark
{
    private ConverterLoad? _load;
    private AnonymousMemory? _source;

    public override string Name => $"converter-{stage}";

    public override string Description => $"bytes written a second, one processor: {detector}, {stage} / {(rowByRow ? "a C loop of memcpy, two a row" : "memcpy between rings of the same size")}";

    public override double Bar => bar;

    public override IReadOnlyList<string> Packages => BareLoops.Packages;

    public override int Samples => 11;

    public override void Prepare()
    {
        Processors.Pin(1);
        _load = new ConverterLoad(detector, modules);
        _source = new AnonymousMemory("bench-source", _load.Slots * _load.ImageBytes);
        NativeMemory.Fill(_source.Pointer, (nuint)(_load.Slots * _load.ImageBytes), 1);
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = ThreadTime.Now;
        _load!.Convert();
        var ours = ThreadTime.Now - started;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        started = ThreadTime.Now;
        Reference();
        var bare = ThreadTime.Now - started;
        var bytes = (double)_load.Slots * _load.PixelBytes;
        log.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  ours {bytes / ours.TotalSeconds / 1e9:0.0} GB/s out, {(double)_load.Slots * modules * _load.FrameBytes / ours.TotalSeconds / 1e9:0.0} GB/s in, {allocated} bytes allocated; reference {bytes / bare.TotalSeconds / 1e9:0.0} GB/s"));
        return bare / ours;
    }

    protected override void Dispose(bool disposing)
    {
        _load?.Dispose();
        _source?.Dispose();
        Processors.Unpin();
    }

    private void Reference()
    {
        if (!rowByRow)
        {
            ((delegate* unmanaged<byte*, byte*, long, int, int, void>)BareLoops.Find("copy_images"))(_load!.Image(0), _source!.Pointer, _load.PixelBytes, _load.Slots, _load.Slots);
            return;
        }
        var place = (delegate* unmanaged<byte*, byte*, int, long, int, int, int, int, void>)BareLoops.Find("place_rows");
        for (var i = 0; i < _load!.Slots * modules; i++)
            place(_load.Image(i / modules), _load.Frame(i / modules, i % modules), i % modules, 1030 * 2, 512, 4, 516 * 2, 256);
    }
}
