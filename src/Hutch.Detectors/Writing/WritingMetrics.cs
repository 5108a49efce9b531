using Hutch.Services.Counting;

namespace Hutch.Detectors.Writing;

/// <summary>What a writer counts, by the names of the metrics.</summary>
internal static class WritingMetrics
{
    public static void Observe(ImageWriter service)
    {
        ServiceCounts.Observe(service, "hutch.writer.images", "{image}", "Images written since the start of the writer.", () => service.TotalImages);
        ServiceCounts.Observe(service, "hutch.writer.bytes", "By", "Bytes of images written since the start of the writer.", () => service.TotalBytes);
    }
}
