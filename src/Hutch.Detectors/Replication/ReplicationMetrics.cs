using Hutch.Services.Counting;

namespace Hutch.Detectors.Replication;

/// <summary>What streams to other machines count, by the names of the metrics.</summary>
internal static class ReplicationMetrics
{
    public static void Observe(StreamSender service)
    {
        ServiceCounts.Observe(service, "hutch.sender.images", "{image}", "Images, or parts of them, sent.", () => service.Counters.Sent);
        ServiceCounts.Observe(service, "hutch.sender.bytes", "By", "Bytes sent.", () => service.Counters.Bytes);
        ServiceCounts.Observe(service, "hutch.sender.images.dropped", "{image}", "Images dropped because the receiver was too slow.", () => service.Counters.Dropped);
        ServiceCounts.Observe(service, "hutch.sender.images.overwritten", "{image}", "Images overwritten in the ring before they were sent.", () => service.Counters.Overwritten);
    }

    public static void Observe(StreamReceiver service)
    {
        ServiceCounts.Observe(service, "hutch.stream.images.received", "{image}", "Images, or parts of them, received.", () => service.Counters.Received);
        ServiceCounts.Observe(service, "hutch.stream.bytes", "By", "Bytes received.", () => service.Counters.Bytes);
        ServiceCounts.Observe(service, "hutch.stream.parts.missing", "{part}", "Parts that did not arrive.", () => service.Counters.Missing);
    }

    public static void Observe(StreamSynchroniser service)
    {
        ServiceCounts.Observe(service, "hutch.stream.images", "{image}", "Images for which every part arrived.", () => service.Images);
        ServiceCounts.Observe(service, "hutch.stream.images.incomplete", "{image}", "Images given up because parts were missing.", () => service.IncompleteImages);
        ServiceCounts.Observe(service, "hutch.stream.images.missing", "{image}", "Images missing between others.", () => service.MissingImages);
    }
}
