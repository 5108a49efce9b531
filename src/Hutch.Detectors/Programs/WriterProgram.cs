using System.CommandLine;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Writing;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Programs;

/// <summary><c>hutch run writer</c>.</summary>
public sealed class WriterProgram : HutchProgram
{
    private readonly DetectorOptions _detector = new();
    private readonly PlacementOptions _placement = new();
    private readonly Option<string> _output = new("--output", "-o") { Description = "The file to write.", Required = true, HelpName = "FILE" };
    private readonly Option<int> _images = new("--images", "-n") { Description = "How many images to write.", Required = true, HelpName = "N" };
    private readonly Option<ulong?> _runId = new("--run-id") { Description = "By which the run is known. Default: the time in nanoseconds.", HelpName = "ID" };
    private readonly Option<bool> _compressed = new("--compressed") { Description = "Write the images of the compressor." };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace a file that exists." };

    /// <inheritdoc/>
    public override string Name => "writer";

    /// <inheritdoc/>
    public override string Description => "Writes images from shared memory to an HDF5 file.";

    /// <inheritdoc/>
    public override string Example => "hutch run writer --config daq.json --output /data/run.h5 --images 1000";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        foreach (var option in new Option[] { _detector.Config, _output, _images, _runId, _compressed, _overwrite, _detector.ImageSlots, _placement.Cpu, _placement.RealTime })
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        var configuration = _detector.Read(options);
        var runId = options.GetValue(_runId) ?? (ulong)(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;
        var run = new WriterRun(Path.GetFullPath(options.GetValue(_output)!), DetectorOptions.AtLeast(1, options, _images), runId);
        var slots = new AssemblerOptions { RequestedImageSlots = _detector.RequestedImageSlots(options) }.ImageSlots(configuration);
        var settings = new ImageWriterOptions { ImageSlots = slots, Overwrite = options.GetValue(_overwrite), Compressed = options.GetValue(_compressed) };
        return _placement.Place([new ImageWriter(configuration, run, settings, loggers.CreateLogger<ImageWriter>())], options);
    }

    /// <inheritdoc/>
    public override string Summary(IReadOnlyList<Service> services)
    {
        var writer = services.OfType<ImageWriter>().Single();
        var s = writer.Statistics;
        var seconds = (s.LastImageAt - s.FirstImageAt)?.TotalSeconds ?? 0;
        return $"run {writer.Run.RunId}: {s.Written} of {writer.Run.Images} images in {writer.Run.OutputFile}, {s.WithMissingPackets} with packets missing, "
            + $"{s.Overwritten} overwritten, {s.Bytes / 1e9:0.000} GB in {seconds:0.0} s, longest write {s.LongestWrite.TotalMilliseconds:0.0} ms";
    }
}
