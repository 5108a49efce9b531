using Hutch.Services.Counting;

namespace Hutch.Detectors.Receiving;

/// <summary>What a receiver counts, by the names of the metrics.</summary>
internal static class ReceivingMetrics
{
    public static void Observe(UdpReceiver service)
    {
        ServiceCounts.Observe(service, "hutch.receiver.packets", "{packet}", "Accepted packets of this module.", () => service.Counters.Packets);
        ServiceCounts.Observe(service, "hutch.receiver.bytes", "By", "Bytes of the datagrams received.", () => service.Counters.Bytes);
        ServiceCounts.Observe(service, "hutch.receiver.frames.complete", "{frame}", "Frames for which every packet arrived.", () => service.Counters.CompleteFrames);
        ServiceCounts.Observe(service, "hutch.receiver.frames.incomplete", "{frame}", "Frames with missing packets.", () => service.Counters.IncompleteFrames);
        ServiceCounts.Observe(service, "hutch.receiver.packets.missing", "{packet}", "Packets that did not arrive.", () => service.Counters.MissingPackets);
        ServiceCounts.Observe(service, "hutch.receiver.packets.kernel_drops", "{packet}", "Packets that the kernel dropped because the socket buffer was full.", () => service.Counters.KernelDrops);
        ServiceCounts.Observe(service, "hutch.receiver.receive_calls", "{call}", "System calls that received packets.", () => service.Counters.ReceiveCalls);
        ServiceCounts.Observe(service, "hutch.receiver.packets.duplicate", "{packet}", "Packets that arrived twice.", () => service.Counters.Duplicates);
        ServiceCounts.Observe(service, "hutch.receiver.packets.late", "{packet}", "Packets that arrived after their frame was passed on.", () => service.Counters.Late);
    }
}
