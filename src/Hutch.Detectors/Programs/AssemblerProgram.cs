using System.CommandLine;
using Hutch.Detectors.Assembly;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Programs;

/// <summary><c>hutch run assembler</c>.</summary>
public sealed class AssemblerProgram : HutchProgram
{
    private readonly DetectorOptions _detector = new();
    private readonly PlacementOptions _placement = new();
    private readonly Option<int> _converters = new("--converters") { Description = "Threads that convert.", DefaultValueFactory = _ => Environment.ProcessorCount, HelpName = "N" };

    /// <inheritdoc/>
    public override string Name => "assembler";

    /// <inheritdoc/>
    public override string Description => "Synchronises the modules of a detector and converts their frames into images.";

    /// <inheritdoc/>
    public override string Example => "hutch run assembler --config daq.json --image-slots 200";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        foreach (var option in new Option[] { _detector.Config, _detector.FrameSlots, _detector.ImageSlots, _converters, _placement.Cpu, _placement.RealTime })
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        var settings = new AssemblerOptions
        {
            FrameSlots = DetectorOptions.AtLeast(1, options, _detector.FrameSlots),
            RequestedImageSlots = _detector.RequestedImageSlots(options),
            Converters = DetectorOptions.AtLeast(1, options, _converters),
        };
        var (synchroniser, converters) = Assembler.Create(_detector.Read(options), settings, loggers);
        return _placement.Place([synchroniser, .. converters], options);
    }

    /// <inheritdoc/>
    public override string Summary(IReadOnlyList<Service> services)
    {
        var images = services.OfType<Synchroniser>().Single();
        var frames = services.OfType<ModuleConverter>().Select(c => c.Counters).ToList();
        return $"{images.Images.Complete} images, {images.Images.Incomplete} given up, {images.OverwrittenImages} overwritten; {frames.Sum(f => f.Frames)} frames, "
            + $"{frames.Sum(f => f.OverwrittenFrames)} overwritten, {frames.Sum(f => f.OutdatedFrames)} outdated, {frames.Sum(f => f.UnannouncedFrames)} not taken";
    }
}
