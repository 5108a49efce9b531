using Hutch.Services.Counting;

namespace Hutch.Detectors.Live;

/// <summary>What a live stream counts, by the names of the metrics.</summary>
internal static class LiveStreamMetrics
{
    public static void Observe(LiveStream service)
    {
        ServiceCounts.Observe(service, "hutch.live.images", "{image}", "Images sent to viewers.", () => service.Counters.Sent);
        ServiceCounts.Observe(service, "hutch.live.images.late", "{image}", "Images skipped because the program did not keep up.", () => service.Counters.Late);
        ServiceCounts.Observe(service, "hutch.live.images.dropped", "{image}", "Images that a slow subscriber missed.", () => service.Counters.Dropped);
    }
}
