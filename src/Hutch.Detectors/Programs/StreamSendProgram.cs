using System.CommandLine;
using Hutch.Detectors.Replication;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Programs;

/// <summary><c>hutch run stream-send</c>.</summary>
public sealed class StreamSendProgram : HutchProgram
{
    private readonly ReplicationProgramOptions _options = new("The address to send on; * means every interface. Given once, part p is at PORT + p; or give one for each part.");

    /// <inheritdoc/>
    public override string Name => "stream-send";

    /// <inheritdoc/>
    public override string Description => "Sends the images of a detector to other machines.";

    /// <inheritdoc/>
    public override string Example => "hutch run stream-send --config daq.json --address tcp://192.168.10.1:10000 --image-slots 200";

    /// <inheritdoc/>
    public override void AddOptions(Command command) => _options.AddTo(command, _options.Queue);

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        var configuration = _options.Detector.Read(options);
        var settings = _options.Settings(options, configuration) with { SendQueue = DetectorOptions.AtLeast(1, options, _options.Queue) };
        return _options.Placement.Place([.. _options.Parts(options, configuration)
            .Select(p => new StreamSender(configuration, p.Part, p.Endpoint, settings, loggers.CreateLogger<StreamSender>()))], options);
    }

    /// <inheritdoc/>
    public override string Summary(IReadOnlyList<Service> services)
    {
        var c = services.OfType<StreamSender>().Select(s => s.Counters).ToList();
        return $"{c.Sum(s => s.Sent)} parts sent, {c.Sum(s => s.Bytes) / 1e9:0.000} GB; {c.Sum(s => s.Dropped)} dropped because a receiver was too slow, "
            + $"{c.Sum(s => s.Overwritten)} overwritten, {c.Sum(s => s.Unheard)} without a listener, {c.Sum(s => s.Unexpected)} unexpected, {c.Max(s => s.MissingIds)} image ids missing";
    }
}
