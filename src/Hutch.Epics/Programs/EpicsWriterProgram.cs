using System.CommandLine;
using Hutch.Bus.Requests;
using Hutch.Epics.Writing;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Programs;

/// <summary><c>hutch run epics-writer</c>.</summary>
public sealed class EpicsWriterProgram : HutchProgram
{
    private readonly RequestOptions _requests = new("epics-writer");
    private readonly StoreOptions _store = new();

    /// <inheritdoc/>
    public override string Name => "epics-writer";

    /// <inheritdoc/>
    public override string Description => "Writes buffered PVs of a range of pulses into an HDF5 file, on request.";

    /// <inheritdoc/>
    public override string Example => "hutch run epics-writer --bus amqp://127.0.0.1 --store redis://127.0.0.1:6379/0 --tag epics";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (var option in new Option[] { _requests.Bus, _requests.Tag, _requests.ServiceName, _store.Store })
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        var store = _store.Open(options, "epics", loggers.CreateLogger("store"));
        var logger = loggers.CreateLogger<PvWriter>();
        return [new PrimaryService(_requests.Open(options, loggers), options.GetValue(_requests.ServiceName)!, new PvWriter(store, logger), _requests.Service(options, store), logger)];
    }
}
