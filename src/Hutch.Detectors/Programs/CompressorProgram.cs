using System.CommandLine;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Compression;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Programs;

/// <summary><c>hutch run compressor</c>.</summary>
public sealed class CompressorProgram : HutchProgram
{
    private readonly DetectorOptions _detector = new();
    private readonly PlacementOptions _placement = new();
    private readonly Option<int> _workers = new("--workers") { Description = "Threads that compress.", DefaultValueFactory = _ => Environment.ProcessorCount, HelpName = "N" };

    /// <inheritdoc/>
    public override string Name => "compressor";

    /// <inheritdoc/>
    public override string Description => "Compresses images in shared memory with bitshuffle-LZ4.";

    /// <inheritdoc/>
    public override string Example => "hutch run compressor --config daq.json --image-slots 200 --workers 4";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        foreach (var option in new Option[] { _detector.Config, _detector.ImageSlots, _workers, _placement.Cpu, _placement.RealTime })
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        var configuration = _detector.Read(options);
        var settings = new ImageCompressorOptions
        {
            ImageSlots = new AssemblerOptions { RequestedImageSlots = _detector.RequestedImageSlots(options) }.ImageSlots(configuration),
            Workers = DetectorOptions.AtLeast(1, options, _workers),
            WorkerPlacement = _placement.Read(options),
        };
        return [new ImageCompressor(configuration, settings, loggers.CreateLogger<ImageCompressor>())];
    }

    /// <inheritdoc/>
    public override string Summary(IReadOnlyList<Service> services)
    {
        var c = services.OfType<ImageCompressor>().Single().Counters;
        return $"{c.Compressed} images compressed, {c.Incompressible} incompressible, {c.Overwritten} overwritten, {c.Dropped} missed by a reader; "
            + $"{c.BytesIn / 1e9:0.000} GB became {c.BytesOut / 1e9:0.000} GB";
    }
}
