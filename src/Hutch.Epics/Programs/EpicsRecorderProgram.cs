using System.CommandLine;
using Hutch.Epics.Recording;
using Hutch.Hosting;
using Hutch.Services;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Programs;

/// <summary><c>hutch run epics-recorder</c>.</summary>
public sealed class EpicsRecorderProgram : HutchProgram
{
    private readonly StoreOptions _store = new("--store", "The store of the detector, the same as its REST server's", "--redis_url");
    private readonly StoreOptions _buffer = new("--buffer", "The store of epics-buffer, if not the same as --store");
    private readonly Option<string[]> _pvs = new("--pv") { Description = "A PV to add to every acquisition, besides those it names; may be repeated.", HelpName = "NAME", DefaultValueFactory = _ => [] };
    private readonly Option<bool> _imageIds = new("--image-ids-are-pulses") { Description = "Use the values between the pulse ids of the first and last image of a file. Default: those between the start and end time of the acquisition." };
    private readonly Option<double> _patience = new("--patience") { Description = "How long to wait after an acquisition for the next pulse, in seconds.", DefaultValueFactory = _ => 10, HelpName = "SECONDS" };
    private readonly Option<string?> _name = new("--server-name") { Description = "The name it signs its reports with. Default: epics-recorder at the host.", HelpName = "NAME" };

    /// <inheritdoc/>
    public override string Name => "epics-recorder";

    /// <inheritdoc/>
    public override string Description => "Adds the values of PVs to the finished files of the acquisitions that name them (group /control).";

    /// <inheritdoc/>
    public override string Example => "hutch run epics-recorder --store redis://127.0.0.1:6379/0 --pv SAMPLE:TEMPERATURE";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (var option in new Option[] { _store.Store, _buffer.Store, _pvs, _imageIds, _patience, _name })
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        var patience = options.GetValue(_patience);
        if (!(patience is >= 0 and <= 86_400))
            throw new UsageErrorException($"{_patience.Name} is {patience}; it must be 0 to 86400");
        var logger = loggers.CreateLogger("store");
        if (options.GetValue(_store.Store) is null && StoreAddress.Find(null, StartupVariables.ValueOf, null) is null)
            throw new UsageErrorException("--store is missing: name the store of the detector's REST server, such as redis://127.0.0.1:6379/0 or sqlite:///var/lib/hutch/DETECTOR.db");
        var store = _store.Open(options, "daq", logger);
        var buffer = options.GetValue(_buffer.Store) is null ? store : _buffer.Open(options, "epics", logger);
        return [new PvRecorder(store, buffer, new PvRecorderOptions
        {
            Name = options.GetValue(_name) ?? $"epics-recorder@{Environment.MachineName}",
            Always = options.GetValue(_pvs)!,
            ImageIdsArePulses = options.GetValue(_imageIds),
            Patience = TimeSpan.FromSeconds(patience),
        }, loggers.CreateLogger<PvRecorder>())];
    }

    /// <inheritdoc/>
    public override string Summary(IReadOnlyList<Service> services) => $"PVs were added to {services.OfType<PvRecorder>().Single().Recorded} acquisitions";
}
