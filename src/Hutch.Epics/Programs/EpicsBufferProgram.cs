using System.CommandLine;
using Hutch.Epics.Buffering;
using Hutch.Epics.ChannelAccess;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Programs;

/// <summary><c>hutch run epics-buffer</c>.</summary>
public sealed class EpicsBufferProgram : HutchProgram
{
    private readonly Option<string> _config = new("--config", "-c") { Description = "The PVs to collect, as JSON: pulse_id_pv, pv_list, use_archiver_precision.", Required = true, HelpName = "FILE" };
    private readonly Option<string> _name = new("--service-name") { Description = "The service's name (environment: SERVICE_NAME).", DefaultValueFactory = _ => StartupVariables.ValueOf(StartupVariables.ServiceName) ?? "epics-buffer", HelpName = "NAME" };
    private readonly Option<string?> _bus = new("--bus", "--bus-uri", "--broker_url") { Description = "Also take method calls from this bus: status, pvs, set_pv_list, add_pvs, remove_pvs, diagnose.", HelpName = "URL" };
    private readonly Option<string?> _statistics = new("--statistics-file") { Description = "A file to append a line of statistics to every 10 s, in InfluxDB's line protocol, such as /var/log/std-daq/perf.log.", HelpName = "FILE" };
    private readonly Option<int> _queue = new("--queue-memory") { Description = "Memory for values that wait while the store is unavailable, in MB.", DefaultValueFactory = _ => 256, HelpName = "MB" };
    private readonly Option<double> _silence = new("--silence") { Description = "Seconds without a value after which a connected PV counts as silent.", DefaultValueFactory = _ => 60, HelpName = "SECONDS" };
    private readonly Option<bool> _exact = new("--exact-limits") { Description = "Trim streams to exactly 864000 values per PV and 8640000 pulses, instead of about a hundred more." };
    private readonly ClientOptions _client = new();
    private readonly StoreOptions _store = new();

    /// <inheritdoc/>
    public override string Name => "epics-buffer";

    /// <inheritdoc/>
    public override string Description => "Collects the values of EPICS PVs with their pulse ids in a store.";

    /// <inheritdoc/>
    public override string Example => "hutch run epics-buffer --config epics.json --store redis://127.0.0.1:6379/0";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (var option in new Option[] { _config, _name, _bus, _store.Store, _client.AddressList, _statistics, _queue, _silence, _exact })
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        var file = options.GetValue(_config)!;
        var configuration = BufferConfiguration.Read(file);
        var settings = new PvBufferOptions
        {
            ServiceName = options.GetValue(_name)!,
            QueueMemory = (long)AtLeast(1, options.GetValue(_queue), _queue.Name) << 20,
            Silence = TimeSpan.FromSeconds(AtLeast(0.1, options.GetValue(_silence), _silence.Name)),
            StatisticsFile = options.GetValue(_statistics),
            ExactLimits = options.GetValue(_exact),
        };
        var client = _client.Read(options);
        var buffer = new PvBuffer(configuration, _store.Open(options, "epics", loggers.CreateLogger("store")), () => new CaClient(client, loggers.CreateLogger<CaClient>()), settings,
            () => BufferConfiguration.Read(file), loggers.CreateLogger<PvBuffer>());
        return options.GetValue(_bus) is { } bus ? [buffer, new EpicsBufferMethods(BusAddress.Complete(bus), buffer, loggers.CreateLogger<EpicsBufferMethods>())] : [buffer];
    }

    /// <inheritdoc/>
    public override string Summary(IReadOnlyList<Service> services)
    {
        var buffer = services.OfType<PvBuffer>().Single();
        return $"{buffer.Stored} entries were stored, {buffer.Lost} lost; {buffer.Late} values arrived late, {buffer.PulsesRefused} pulse ids were refused";
    }

    private static double AtLeast(double lowest, double value, string option) =>
        value >= lowest ? value : throw new UsageErrorException($"{option} is {value}; it must be at least {lowest}");
}
