using Hutch.Detectors.Configuration;
using Hutch.Detectors.Daq;
using Hutch.Services;
using Hutch.Store;
using Hutch.Web.Bus;
using Microsoft.Extensions.Logging;

namespace Hutch.Web;

/// <summary>Makes the services of the <c>rest</c> program.</summary>
internal static class RestServices
{
    internal static IReadOnlyList<Service> Create(RestSettings settings, IStore store, ILoggerFactory loggers)
    {
        var configurations = new DaqConfigurations(store);
        var journal = new AcquisitionJournal(store, loggers.CreateLogger<AcquisitionJournal>());
        var daq = new DaqControl(Present(settings, configurations, loggers), configurations,
            new DaqControlOptions { ImageSlots = settings.ImageSlots, Compressed = settings.Compressed, LastAcquisition = journal.FindLastAsync().GetAwaiter().GetResult() }, loggers, journal);
        var outbox = new StoreOutbox(store, loggers.CreateLogger<StoreOutbox>());
        var recorder = new StateRecorder(daq, outbox, loggers.CreateLogger<StateRecorder>(), journal);
        var broker = settings.Bus is { } bus ? new BrokerAccess(bus, loggers.CreateLogger("bus")) : null;
        var instrument = new Instrument(settings, store, daq, recorder, outbox, broker);
        List<Service> services = [outbox, recorder, daq];
        if (broker is not null)
            services.AddRange(BrokerServices.Create(instrument, broker, loggers));
        services.Add(new RestServer(instrument, loggers));
        return services;
    }

    // What the store has holds: the file is only the beginning.
    private static DaqConfiguration Present(RestSettings settings, DaqConfigurations configurations, ILoggerFactory loggers)
    {
        var stored = configurations.EnsureAsync(settings.ConfigurationJson).GetAwaiter().GetResult();
        try
        {
            return DaqConfigurationFile.Parse(stored.Json.ToJsonString(), $"{stored.Id} of the store");
        }
        catch (UserErrorException error)
        {
            loggers.CreateLogger("rest").LogError("{Reason}; the file is used instead", error.Message);
            return settings.Configuration;
        }
    }
}
