using System.CommandLine;
using Hutch.Bus.Requests;
using Hutch.Bus.Transports;
using Hutch.Detectors.Acquisitions;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Writing;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Programs;

/// <summary>
/// <c>hutch run writer</c>: one run (<c>--output</c>), runs on request of users (<c>--bus</c>), or as told by a driver in another process.
/// </summary>
public sealed class WriterProgram : HutchProgram
{
    private readonly DetectorOptions _detector = new();
    private readonly PlacementOptions _placement = new();
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Write one run to this file, and exit.", HelpName = "FILE" };
    private readonly Option<int> _images = new("--images", "-n") { Description = "The number of images in that run.", HelpName = "N" };
    private readonly Option<ulong?> _runId = new("--run-id") { Description = "The id of that run. Default: the time in nanoseconds.", HelpName = "ID" };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace an existing file." };
    private readonly Option<string?> _bus = new("--bus") { Description = "Write a run for each request received from this broker (std-daq requests).", HelpName = "URL" };
    private readonly Option<string?> _tag = new("--tag") { Description = "The tag of these requests. Default: the detector's name.", HelpName = "TAG" };
    private readonly Option<bool> _driverOnly = new("--driver-only") { Description = "With --output or --bus: write nothing here, but command writers in other processes." };
    private readonly Option<int> _writerId = new("--writer-id") { Description = "The number of this writer among several, when a driver in another process commands it.", HelpName = "I" };
    private readonly Option<bool> _compressed = new("--compressed") { Description = "Write the images of the compressor." };

    /// <inheritdoc/>
    public override string Name => "writer";

    /// <inheritdoc/>
    public override string Description => "Writes images from shared memory to an HDF5 file: one run, on request, or under the control of a driver.";

    /// <inheritdoc/>
    public override string Example => "hutch run writer --config daq.json --output /data/run.h5 --images 1000";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        foreach (var option in new Option[] { _detector.Config, _output, _images, _runId, _overwrite, _bus, _tag, _driverOnly, _writerId, _compressed, _detector.ImageSlots, _placement.Cpu, _placement.RealTime })
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        var (output, bus) = (options.GetValue(_output), options.GetValue(_bus));
        if (output is not null && bus is not null)
            throw new UsageErrorException("--output and --bus exclude each other: one run, or runs on request");
        if (output is null && options.GetResult(_images) is not null)
            throw new UsageErrorException("--images needs --output: the file of the one run that it belongs to");
        var configuration = _detector.Read(options);
        var slots = new AssemblerOptions { RequestedImageSlots = _detector.RequestedImageSlots(options) }.ImageSlots(configuration);
        if (output is null && bus is null)
            return _placement.Place([Writer(DetectorOptions.AtLeast(0, options, _writerId))], options);

        var driver = new AcquisitionDriver(configuration, new AcquisitionDriverOptions
        {
            ImageSlots = slots,
            Writers = Writers(configuration),
            Compressed = options.GetValue(_compressed),
            Only = output is null ? null : Run(options, output),
        }, loggers.CreateLogger<AcquisitionDriver>());
        var services = Enumerable.Range(0, options.GetValue(_driverOnly) ? 0 : Writers(configuration)).Select(Writer).Append(driver).ToList();
        _placement.Place([.. services.OfType<ImageWriter>()], options);
        if (output is not null)
            driver.StateChanged += (_, change) => StopAll(services, change.To);
        if (bus is not null)
        {
            var handler = new WriteRequestHandler(
                order => order.Pvs is null
                    ? driver.StartAcquisitionAsync(order.ToAcquisition())
                    : throw new UserErrorException("pvs are recorded by epics-recorder from the log of acquisitions, which this writer does not keep; send the request to the bus of a REST server"),
                async kill => await driver.WaitForEndAsync(kill).ConfigureAwait(false),
                driver.StopAcquisitionAsync);
            services.Add(new PrimaryService(Transport.Open(bus), $"{configuration.DetectorName}.writer", handler,
                new RequestServiceOptions { Tag = options.GetValue(_tag) ?? configuration.DetectorName }, loggers.CreateLogger<PrimaryService>()));
        }
        return services;

        Service Writer(int writer) => new ImageWriter(configuration, new ImageWriterOptions
        {
            ImageSlots = slots,
            Writer = writer,
            Writers = Writers(configuration),
            Compressed = options.GetValue(_compressed),
        }, loggers.CreateLogger<ImageWriter>());
    }

    /// <inheritdoc/>
    public override string? Summary(IReadOnlyList<Service> services)
    {
        if (services.OfType<AcquisitionDriver>().SingleOrDefault()?.Status.Acquisition is not { } run)
            return null;
        if (run.State == AcquisitionState.Failed && run.Files.Count == 0)
            return null;
        var s = run.Statistics;
        var files = run.Files.Count > 0 ? string.Join(", ", run.Files) : run.Info.OutputFile;
        return $"run {run.Info.RunId}: {s.Completed} of {run.Info.Images} images in {files}, {s.WithMissingPackets} with packets missing, "
            + $"{s.Overwritten} overwritten, {s.Bytes / 1e9:0.000} GB in {(s.StopTime ?? AcquisitionRun.Now()) - s.StartTime:0.0} s, longest write {s.LongestWrite.TotalMilliseconds:0.0} ms";
    }

    private static int Writers(DaqConfiguration configuration) => Math.Max(1, configuration.Writers);

    private AcquisitionInfo Run(ParseResult options, string output) =>
        new(DetectorOptions.AtLeast(1, options, _images), Path.GetFullPath(output), options.GetValue(_runId) ?? AcquisitionInfo.NewRunId())
        {
            Overwrite = options.GetValue(_overwrite),
        };

    // The writers have nothing more to do once the only run is over.
    private static void StopAll(IEnumerable<Service> services, ServiceState state)
    {
        if (!state.HasEnded())
            return;
        foreach (var writer in services.OfType<ImageWriter>())
            writer.Stop();
    }
}
