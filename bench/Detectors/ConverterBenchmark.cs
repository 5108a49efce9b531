using System.Globalization;
using System.Runtime.InteropServices;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;
using Hutch.Detectors.Simulation;
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
    private const long RingBytes = 256L << 20;   // beyond any cache

    private readonly string _gains = Path.Combine(Path.GetTempPath(), $"hutch-bench-{Environment.ProcessId}.h5");
    private readonly List<FrameConverter> _converters = [];
    private AnonymousMemory? _frames;
    private AnonymousMemory? _images;
    private AnonymousMemory? _source;
    private long _frameBytes;
    private long _imageBytes;
    private long _pixelBytes;
    private int _slots;

    public override string Name => $"converter-{stage}";

    public override string Description => $"bytes written a second, one processor: {detector}, {stage} / {(rowByRow ? "a C loop of memcpy, two a row" : "memcpy between rings of the same size")}";

    public override double Bar => bar;

    public override IReadOnlyList<string> Packages => BareLoops.Packages;

    public override int Samples => 11;

    public override void Prepare()
    {
        Processors.Pin(1);
        var configuration = ExampleConfigurations.Create(detector, modules);
        if (detector == "jungfrau-converted")
        {
            SimulatedGains.Write(_gains, modules);
            configuration = configuration with { Gain = new GainSettings { File = _gains, Gains = "/parameters/gains", Pedestals = "/parameters/pedestals" } };
        }
        _frameBytes = configuration.Kind.Layout(configuration).FrameBytes;
        _imageBytes = (configuration.ImageBytes + 63) & ~63;
        _pixelBytes = modules * _frameBytes * 8 / configuration.Kind.Coding(configuration).WireBits() * configuration.PixelBytes;
        _slots = (int)(RingBytes / _imageBytes);
        _frames = new AnonymousMemory("bench-frames", _slots * modules * _frameBytes);
        _images = new AnonymousMemory("bench-images", _slots * _imageBytes);
        _source = new AnonymousMemory("bench-source", _slots * _imageBytes);
        NativeMemory.Fill(_images.Pointer, (nuint)(_slots * _imageBytes), 1);
        NativeMemory.Fill(_source.Pointer, (nuint)(_slots * _imageBytes), 1);
        for (var module = 0; module < modules; module++)
        {
            _converters.Add(new FrameConverter(configuration, module));
            var encoder = new FrameEncoder(configuration, module, new ExposedPattern(detector == "jungfrau-converted"));
            for (var slot = 0; slot < _slots; slot++)
                encoder.Encode((ulong)slot, new Span<byte>(Frame(slot, module), (int)_frameBytes));
        }
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = ThreadTime.Now;
        for (var slot = 0; slot < _slots; slot++)
        {
            for (var module = 0; module < modules; module++)
                _converters[module].Convert(Frame(slot, module), _images!.Pointer + (slot * _imageBytes));
        }
        var ours = ThreadTime.Now - started;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        started = ThreadTime.Now;
        Reference();
        var bare = ThreadTime.Now - started;
        var bytes = (double)_slots * _pixelBytes;
        log.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  ours {bytes / ours.TotalSeconds / 1e9:0.0} GB/s out, {(double)_slots * modules * _frameBytes / ours.TotalSeconds / 1e9:0.0} GB/s in, {allocated} bytes allocated; reference {bytes / bare.TotalSeconds / 1e9:0.0} GB/s"));
        return bare / ours;
    }

    protected override void Dispose(bool disposing)
    {
        _frames?.Dispose();
        _images?.Dispose();
        _source?.Dispose();
        File.Delete(_gains);
        Processors.Unpin();
    }

    private void Reference()
    {
        if (!rowByRow)
        {
            ((delegate* unmanaged<byte*, byte*, long, int, int, void>)BareLoops.Find("copy_images"))(_images!.Pointer, _source!.Pointer, _pixelBytes, _slots, _slots);
            return;
        }
        var place = (delegate* unmanaged<byte*, byte*, int, long, int, int, int, int, void>)BareLoops.Find("place_rows");
        for (var i = 0; i < _slots * modules; i++)
            place(_images!.Pointer + (i / modules * _imageBytes), Frame(i / modules, i % modules), i % modules, 1030 * 2, 512, 4, 516 * 2, 256);
    }

    private byte* Frame(int slot, int module) => _frames!.Pointer + (((slot * modules) + module) * _frameBytes);

    // Diffraction images; where gains are switched, the middle of a spot is in stage 1.
    private sealed class ExposedPattern(bool switchesGains) : IPixelPattern
    {
        private readonly DiffractionPattern _pattern = new(seed: 1);

        public void FillRow(ulong imageId, int module, int row, Span<uint> pixels)
        {
            _pattern.FillRow(imageId, module, row, pixels);
            if (!switchesGains)
                return;
            foreach (ref var pixel in pixels)
                pixel |= pixel > 200 ? 1u << 14 : 0;
        }
    }
}
