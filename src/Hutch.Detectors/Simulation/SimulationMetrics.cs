using Hutch.Services.Counting;

namespace Hutch.Detectors.Simulation;

/// <summary>What a simulator counts, by the names of the metrics.</summary>
internal static class SimulationMetrics
{
    public static void Observe(UdpSimulator service)
    {
        ServiceCounts.Observe(service, "hutch.simulator.images", "{image}", "Images sent.", () => service.Counters.Images);
        ServiceCounts.Observe(service, "hutch.simulator.packets", "{packet}", "Packets that the images consist of.", () => service.Counters.Packets);
        ServiceCounts.Observe(service, "hutch.simulator.packets.dropped", "{packet}", "Packets dropped deliberately.", () => service.Counters.Dropped);
    }
}
