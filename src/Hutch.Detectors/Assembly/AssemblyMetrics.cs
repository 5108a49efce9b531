using Hutch.Services.Counting;

namespace Hutch.Detectors.Assembly;

/// <summary>What assembling counts, by the names of the metrics.</summary>
internal static class AssemblyMetrics
{
    public static void Observe(ModuleConverter service)
    {
        ServiceCounts.Observe(service, "hutch.converter.frames", "{frame}", "Frames copied into images.", () => service.Counters.Frames);
        ServiceCounts.Observe(service, "hutch.converter.frames.overwritten", "{frame}", "Frames overwritten in the ring before they were copied.", () => service.Counters.OverwrittenFrames);
        ServiceCounts.Observe(service, "hutch.converter.frames.outdated", "{frame}", "Frames whose image had been replaced by a newer one.", () => service.Counters.OutdatedFrames);
    }

    public static void Observe(Synchroniser service)
    {
        ServiceCounts.Observe(service, "hutch.synchroniser.images", "{image}", "Images for which every frame arrived.", () => service.Images.Complete);
        ServiceCounts.Observe(service, "hutch.synchroniser.images.incomplete", "{image}", "Images given up because frames were missing.", () => service.Images.Incomplete);
        ServiceCounts.Observe(service, "hutch.synchroniser.images.overwritten", "{image}", "Complete images replaced by a newer one.", () => service.OverwrittenImages);
    }
}
