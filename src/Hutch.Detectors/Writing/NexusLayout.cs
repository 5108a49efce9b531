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
    private const int Deflate = 1;

    /// <summary>Bit 0 of an NXdetector's pixel_mask: a gap.</summary>
    private const uint Gap = 1;

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
        if (Mask(configuration) is not { } mask)
            return;
        using var stored = detector.CreateDataset("pixel_mask", Hdf5Type.UInt32, new Hdf5FilterSettings(Deflate, [1]), [(ulong)configuration.ImageHeight, (ulong)configuration.ImageWidth]);
        stored.SetLength((ulong)configuration.ImageHeight);
        stored.WriteRows<uint>(0, mask, Hdf5Type.UInt32);
    }

    private static void Number(Hdf5Group group, string name, long value)
    {
        using var dataset = group.CreateScalar(name, Hdf5Type.Int64);
        dataset.WriteScalar(MemoryMarshal.AsBytes([value]), Hdf5Type.Int64);
    }

    // Null where every pixel of the image is one of a module.
    private static uint[]? Mask(DaqConfiguration configuration)
    {
        var mask = new uint[configuration.ImageHeight * configuration.ImageWidth];
        Array.Fill(mask, Gap);
        var left = mask.Length;
        foreach (var geometry in configuration.ActiveModules.Select(m => configuration.Kind.Geometry(configuration, m)!))
        {
            for (var row = 0; row < geometry.Rows; row++)
            {
                foreach (var segment in geometry.Segments)
                {
                    mask.AsSpan((geometry.ImageRow(row) * configuration.ImageWidth) + segment.ImageColumn, segment.Length).Clear();
                    left -= segment.Length;
                }
            }
        }
        return left > 0 ? mask : null;
    }
}
