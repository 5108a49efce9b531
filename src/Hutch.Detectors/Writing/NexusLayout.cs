using System.Runtime.InteropServices;
using Hutch.Detectors.Configuration;
using Hutch.Native.Hdf5;

namespace Hutch.Detectors.Writing;

/// <summary>
/// What viewers such as h5web and silx need to plot a file by themselves, after the NeXus standard: <c>/detector_name</c> is an NXentry; its
/// <c>plot</c> an NXdata with the images and their ids under second names; its <c>detector</c> an NXdetector with what the configuration
/// knows. It stands beside the deployed layout and changes nothing of it.
/// </summary>
internal static class NexusLayout
{
    private const string Class = "NX_class";

    public static void Write(Hdf5File file, Hdf5Group entry, Hdf5Dataset data, DaqConfiguration configuration)
    {
        file.SetText(Class, "NXroot");
        file.SetText("default", configuration.DetectorName);
        entry.SetText(Class, "NXentry");
        entry.SetText("default", "plot");
        data.SetText("interpretation", "image");
        using var plot = entry.CreateGroup("plot");
        plot.SetText(Class, "NXdata");
        plot.SetText("signal", "data");
        plot.SetTexts("axes", "image_id", ".", ".");
        plot.SetText("title", $"{configuration.DetectorName}, {configuration.DetectorType}");
        entry.Link("data", plot);
        entry.Link("image_id", plot);
        WriteDetector(entry, configuration);
    }

    private static void WriteDetector(Hdf5Group entry, DaqConfiguration configuration)
    {
        using var detector = entry.CreateGroup("detector");
        detector.SetText(Class, "NXdetector");
        detector.SetText("description", configuration.DetectorType);
        Number(detector, "bit_depth_readout", configuration.BitDepth);
        Number(detector, "x_pixels", configuration.ImageWidth);
        Number(detector, "y_pixels", configuration.ImageHeight);
        if (PixelMask.Of(configuration).Chunk is not { } mask)
            return;
        using var stored = detector.CreateDataset("pixel_mask", Hdf5Type.UInt32, new Hdf5FilterSettings(PixelMask.Deflate, [1]), [(ulong)configuration.ImageHeight, (ulong)configuration.ImageWidth]);
        stored.SetLength((ulong)configuration.ImageHeight);
        stored.WriteChunk(0, mask);
    }

    private static void Number(Hdf5Group group, string name, long value)
    {
        using var dataset = group.CreateScalar(name, Hdf5Type.Int64);
        dataset.WriteScalar(MemoryMarshal.AsBytes([value]), Hdf5Type.Int64);
    }
}
