using Hutch.Services.Counting;

namespace Hutch.Detectors.Acquisitions;

/// <summary>What a driver counts, by the names of the metrics.</summary>
internal static class AcquisitionMetrics
{
    public static void Observe(AcquisitionDriver service)
    {
        ServiceCounts.Observe(service, "hutch.driver.images", "{image}", "Announced images, whether written or not.", () => service.ImagesSeen);
    }
}
