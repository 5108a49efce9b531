using System.CommandLine;
using Hutch.Detectors.Replication;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Programs;

/// <summary><c>hutch run stream-receive</c>.</summary>
public sealed class StreamReceiveProgram : HutchProgram
{
    private readonly ReplicationProgramOptions _options = new("The address of the sender. Given once, part p is at PORT + p; or give one for each part.");
    private readonly Option<bool> _noSynchroniser = new("--no-synchroniser") { Description = "Another program of this machine announces the images." };
    private readonly Option<bool> _onlySynchroniser = new("--only-synchroniser") { Description = "Only announce the images that other programs of this machine receive." };

    /// <inheritdoc/>
    public override string Name => "stream-receive";

    /// <inheritdoc/>
    public override string Description => "Receives the images of a detector from another machine into shared memory.";

    /// <inheritdoc/>
    public override string Example => "hutch run stream-receive --config daq.json --address tcp://192.168.10.1:10000 --image-slots 200";

    /// <inheritdoc/>
    public override void AddOptions(Command command) => _options.AddTo(command, _noSynchroniser, _onlySynchroniser);

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        var (without, only) = (options.GetValue(_noSynchroniser), options.GetValue(_onlySynchroniser));
        if (without && only)
            throw new UsageErrorException("--no-synchroniser and --only-synchroniser leave nothing to do; give one of them, or none");
        var configuration = _options.Detector.Read(options);
        var settings = _options.Settings(options, configuration);
        var synchroniser = new StreamSynchroniser(configuration, settings, loggers.CreateLogger<StreamSynchroniser>());
        if (only)
            return _options.Placement.Place([synchroniser], options);
        var receivers = _options.Parts(options, configuration)
            .Select(p => new StreamReceiver(configuration, p.Part, p.Endpoint, settings, loggers.CreateLogger<StreamReceiver>()));
        return _options.Placement.Place(without ? [.. receivers] : [synchroniser, .. receivers], options);
    }

    /// <inheritdoc/>
    public override string Summary(IReadOnlyList<Service> services)
    {
        var c = services.OfType<StreamReceiver>().Select(s => s.Counters).ToList();
        var parts = $"{c.Sum(r => r.Received)} parts received, {c.Sum(r => r.Bytes) / 1e9:0.000} GB; {c.Sum(r => r.Missing)} missing, {c.Sum(r => r.WrongSize)} of a wrong size, "
            + $"{c.Sum(r => r.Outdated)} outdated, {c.Sum(r => r.Unannounced)} not taken, {c.Sum(r => r.Short)} short";
        return services.OfType<StreamSynchroniser>().FirstOrDefault() is { } s
            ? $"{s.Images} images, {s.MissingImages} missing, {s.IncompleteImages} incomplete, {s.OverwrittenImages} overwritten, {s.LateParts} late parts, {s.Unexpected} unexpected; {parts}"
            : parts;
    }
}
