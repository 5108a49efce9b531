using Hutch.Bus.Requests;
using Hutch.Detectors.Acquisitions;
using Hutch.Detectors.Daq;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Web.Bus;

/// <summary>Offers the data acquisition on the bus: write requests by tag, and the methods of <c>daq</c>.</summary>
internal static class BrokerServices
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    internal static IReadOnlyList<Service> Create(Instrument instrument, BrokerAccess broker, ILoggerFactory loggers) =>
    [
        new PrimaryService(broker.Bus.Transport, $"{instrument.Settings.Configuration.DetectorName}.writer", Requests(instrument.Daq),
            new RequestServiceOptions { Tag = instrument.Settings.RequestTag, Journal = instrument.Store }, loggers.CreateLogger<PrimaryService>()),
        new DaqBusService(broker.Url, instrument, loggers.CreateLogger<DaqBusService>()),
    ];

    private static WriteRequestHandler Requests(DaqControl daq) => new(
        daq.StartAcquisitionAsync,
        kill => daq.WaitForEndAsync(Timeout.InfiniteTimeSpan, kill),
        () => daq.StopAcquisitionAsync(StopLimit));
}
