using Hutch.Services.Counting;

namespace Hutch.Detectors.Compression;

/// <summary>What a compressor counts, by the names of the metrics.</summary>
internal static class CompressionMetrics
{
    public static void Observe(ImageCompressor service)
    {
        ServiceCounts.Observe(service, "hutch.compressor.images", "{image}", "Images compressed.", () => service.Counters.Compressed);
        ServiceCounts.Observe(service, "hutch.compressor.bytes.in", "By", "Bytes of the images received.", () => service.Counters.BytesIn);
        ServiceCounts.Observe(service, "hutch.compressor.bytes.out", "By", "Bytes of the images passed on.", () => service.Counters.BytesOut);
        ServiceCounts.Observe(service, "hutch.compressor.images.overwritten", "{image}", "Images overwritten in the ring before they were compressed.", () => service.Counters.Overwritten);
        ServiceCounts.Observe(service, "hutch.compressor.images.dropped", "{image}", "Images whose announcement no program took.", () => service.Counters.Dropped);
    }
}
