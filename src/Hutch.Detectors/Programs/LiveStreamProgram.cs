using System.CommandLine;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Live;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Programs;

/// <summary><c>hutch run live-stream</c>.</summary>
public sealed class LiveStreamProgram : HutchProgram
{
    private readonly DetectorOptions _detector = new();
    private readonly Option<string[]> _addresses = new("--address", "-a") { Description = "An address of live_stream_configs; may be repeated. Default: all.", HelpName = "tcp://ADDRESS:PORT" };
    private readonly Option<int> _queue = new("--queue") { Description = "Images queued for a slow subscriber; few, since a viewer wants the newest.", DefaultValueFactory = _ => 4, HelpName = "N" };

    /// <inheritdoc/>
    public override string Name => "live-stream";

    /// <inheritdoc/>
    public override string Description => "Sends images to viewers (array-1.0), as set by live_stream_configs in the DAQ configuration.";

    /// <inheritdoc/>
    public override string Example => "hutch run live-stream --config daq.json --image-slots 200";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        foreach (var option in new Option[] { _detector.Config, _addresses, _detector.ImageSlots, _queue })
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        var configuration = _detector.Read(options);
        if (configuration.LiveStreams.Count == 0)
            throw new UserErrorException($"""the DAQ configuration of {configuration.DetectorName} has no live streams; add "live_stream_configs": {"{"}"tcp://127.0.0.1:20000": {"{"}"type": "periodic", "config": [1, 4]{"}}"}""");
        var wanted = options.GetValue(_addresses) is { Length: > 0 } chosen ? chosen : [.. configuration.LiveStreams.Keys];
        var settings = new LiveStreamOptions
        {
            ImageSlots = new AssemblerOptions { RequestedImageSlots = _detector.RequestedImageSlots(options) }.ImageSlots(configuration),
            Queue = DetectorOptions.AtLeast(1, options, _queue),
        };
        return [.. wanted.Select(address => configuration.LiveStreams.TryGetValue(address, out var selection)
            ? new LiveStream(configuration, address, selection, settings, loggers.CreateLogger<LiveStream>())
            : throw new UsageErrorException($"--address is {address}, but live_stream_configs has: {string.Join(", ", configuration.LiveStreams.Keys)}"))];
    }

    /// <inheritdoc/>
    public override string Summary(IReadOnlyList<Service> services) => string.Join('\n', services.OfType<LiveStream>().Select(s =>
        $"{s.Address}: {s.Counters.Sent} images sent, {s.Counters.NotSelected} not selected, {s.Counters.Late} late, {s.Counters.Overwritten} overwritten, "
        + $"{s.Counters.Dropped} dropped because a subscriber was too slow, {s.Counters.Unexpected} unexpected"));
}
