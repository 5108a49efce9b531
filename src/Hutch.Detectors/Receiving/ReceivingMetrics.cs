using Hutch.Services.Counting;

namespace Hutch.Detectors.Receiving;

/// <summary>What a receiver counts, by the names of the metrics.</summary>
internal static class ReceivingMetrics
{
    public static void Observe(UdpReceiver service)
    {
        ServiceCounts.Observe(service, "hutch.receiver.packets", "{packet}", "Packets of this module that were taken.", () => service.Counters.Packets);
        ServiceCounts.Observe(service, "hutch.receiver.bytes", "By", "Bytes of the datagrams that came.", () => service.Counters.Bytes);
        ServiceCounts.Observe(service, "hutch.receiver.frames.complete", "{frame}", "Frames of which every packet came.", () => service.Counters.CompleteFrames);
        ServiceCounts.Observe(service, "hutch.receiver.frames.incomplete", "{frame}", "Frames that miss packets.", () => service.Counters.IncompleteFrames);
        ServiceCounts.Observe(service, "hutch.receiver.packets.missing", "{packet}", "Packets that did not come.", () => service.Counters.MissingPackets);
        ServiceCounts.Observe(service, "hutch.receiver.packets.kernel_drops", "{packet}", "Packets that the kernel dropped because the socket buffer was full.", () => service.Counters.KernelDrops);
        ServiceCounts.Observe(service, "hutch.receiver.receive_calls", "{call}", "System calls that received packets.", () => service.Counters.ReceiveCalls);
        ServiceCounts.Observe(service, "hutch.receiver.packets.duplicate", "{packet}", "Packets that came twice.", () => service.Counters.Duplicates);
        ServiceCounts.Observe(service, "hutch.receiver.packets.late", "{packet}", "Packets that came after their frame was passed on.", () => service.Counters.Late);
    }
}
