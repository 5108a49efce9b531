using System.Runtime.InteropServices;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;
using Hutch.Detectors.Simulation;
using Hutch.Native.Posix;

namespace Hutch.Bench.Detectors;

/// <summary>A converter with a ring of frames to convert, and a ring of images, both beyond any cache and touched before.</summary>
internal sealed unsafe class ConverterLoad : IDisposable
{
    private const long RingBytes = 256L << 20;

    private readonly string _gains = Path.Combine(Path.GetTempPath(), $"hutch-bench-{Environment.ProcessId}-{Guid.NewGuid():N}.h5");
    private readonly List<FrameConverter> _converters = [];
    private readonly AnonymousMemory _frames;
    private readonly AnonymousMemory _images;

    /// <summary>Fills the rings.</summary>
    /// <param name="detector">An example detector.</param>
    /// <param name="modules">Its modules, all converted by the one converter.</param>
    internal ConverterLoad(string detector, int modules)
    {
        Modules = modules;
        var configuration = ExampleConfigurations.Create(detector, modules);
        if (detector == "jungfrau-converted")
        {
            SimulatedGains.Write(_gains, modules);
            configuration = configuration with { Gain = new GainSettings { File = _gains, Gains = "/parameters/gains", Pedestals = "/parameters/pedestals" } };
        }
        FrameBytes = configuration.Kind.Layout(configuration).FrameBytes;
        ImageBytes = (configuration.ImageBytes + 63) & ~63;
        PixelBytes = modules * FrameBytes * 8 / configuration.Kind.Coding(configuration).WireBits() * configuration.PixelBytes;
        Slots = (int)(RingBytes / ImageBytes);
        _frames = new AnonymousMemory("bench-frames", Slots * modules * FrameBytes);
        _images = new AnonymousMemory("bench-images", Slots * ImageBytes);
        NativeMemory.Fill(_images.Pointer, (nuint)(Slots * ImageBytes), 1);
        for (var module = 0; module < modules; module++)
        {
            _converters.Add(new FrameConverter(configuration, module));
            var encoder = new FrameEncoder(configuration, module, new ExposedPattern(detector == "jungfrau-converted"));
            for (var slot = 0; slot < Slots; slot++)
                encoder.Encode((ulong)slot, new Span<byte>(Frame(slot, module), (int)FrameBytes));
        }
    }

    internal int Modules { get; }

    internal int Slots { get; }

    internal long FrameBytes { get; }

    /// <summary>Bytes of a slot of the image ring.</summary>
    internal long ImageBytes { get; }

    /// <summary>Bytes written for an image, without the gaps between modules.</summary>
    internal long PixelBytes { get; }

    internal byte* Image(int slot) => _images.Pointer + (slot * ImageBytes);

    internal byte* Frame(int slot, int module) => _frames.Pointer + (((slot * Modules) + module) * FrameBytes);

    /// <summary>Converts every frame of the ring.</summary>
    internal void Convert()
    {
        for (var slot = 0; slot < Slots; slot++)
        {
            for (var module = 0; module < Modules; module++)
                _converters[module].Convert(Frame(slot, module), Image(slot));
        }
    }

    public void Dispose()
    {
        _frames.Dispose();
        _images.Dispose();
        File.Delete(_gains);
    }

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
