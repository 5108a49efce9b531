using Hutch.Services.Counting;

namespace Hutch.Detectors.Replication;

/// <summary>What streams to other machines count, by the names of the metrics.</summary>
internal static class ReplicationMetrics
{
    public static void Observe(StreamSender service)
    {
        ServiceCounts.Observe(service, "hutch.sender.images", "{image}", "Images, or parts of them, sent.", () => service.Counters.Sent);
        ServiceCounts.Observe(service, "hutch.sender.bytes", "By", "Bytes sent.", () => service.Counters.Bytes);
        ServiceCounts.Observe(service, "hutch.sender.images.dropped", "{image}", "Images that the other side was too slow for.", () => service.Counters.Dropped);
        ServiceCounts.Observe(service, "hutch.sender.images.overwritten", "{image}", "Images overwritten in the ring before they were sent.", () => service.Counters.Overwritten);
    }

    public static void Observe(StreamReceiver service)
    {
        ServiceCounts.Observe(service, "hutch.stream.images.received", "{image}", "Images, or parts of them, that came.", () => service.Counters.Received);
        ServiceCounts.Observe(service, "hutch.stream.bytes", "By", "Bytes that came.", () => service.Counters.Bytes);
        ServiceCounts.Observe(service, "hutch.stream.parts.missing", "{part}", "Parts that did not come.", () => service.Counters.Missing);
    }

    public static void Observe(StreamSynchroniser service)
    {
        ServiceCounts.Observe(service, "hutch.stream.images", "{image}", "Images of which every part came.", () => service.Images);
        ServiceCounts.Observe(service, "hutch.stream.images.incomplete", "{image}", "Images given up because parts were missing.", () => service.IncompleteImages);
        ServiceCounts.Observe(service, "hutch.stream.images.missing", "{image}", "Images between others that did not come.", () => service.MissingImages);
    }
}
