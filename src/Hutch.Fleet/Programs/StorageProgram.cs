using System.CommandLine;
using Hutch.Fleet.Storage;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Programs;

/// <summary><c>hutch run storage</c>.</summary>
public sealed class StorageProgram() : FleetProgram("storage")
{
    private readonly StoreOptions _store = new("--store", "The store of records that storage_handlers of the configuration does not place elsewhere", "--redis_url");

    /// <inheritdoc/>
    public override string Name => "storage";

    /// <inheritdoc/>
    public override string Description => "Keeps the records of the fleet: hosts, credentials, clusters, networks, container managers, operations.";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        base.AddOptions(command);
        command.Options.Add(_store.Store);
    }

    private protected override Service CreateService(FleetSettings settings, ParseResult options, ILoggerFactory loggers)
    {
        var handlers = HandlerOptions.Read(settings.Config["storage_handlers"], _store.Url(options, "fleet"));
        var secrets = settings.Config["secrets"]?.ToString() ?? "sealed";
        if (secrets is not ("sealed" or "plain"))
            throw new UserErrorException($"configuration {settings.Source}: secrets is {secrets}; it must be sealed, or plain for services that cannot open sealed secrets");
        var logger = loggers.CreateLogger<StorageService>();
        return new StorageService(settings.BusUrl, settings.Bus, () => new RecordHandlers(handlers, logger), settings.Seal, secrets == "plain", logger);
    }
}
