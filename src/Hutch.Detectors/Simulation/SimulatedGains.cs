using Hutch.Native.Hdf5;

namespace Hutch.Detectors.Simulation;

/// <summary>A file of gains and pedestals of a simulated Jungfrau: of the magnitudes of a real one, and different for every pixel.</summary>
public static class SimulatedGains
{
    private const int Rows = 512;
    private const int Columns = 1024;

    // Pedestals in ADC units and gains in keV an ADC unit of the three stages: the second and third stage count downwards.
    private static readonly double[] Pedestals = [2500, 14_500, 14_900];
    private static readonly double[] Gains = [1 / 41.0, -1 / 1.45, -1 / 0.11];

    /// <summary>Writes the file; one that exists is replaced.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, int modules)
    {
        using var file = Hdf5File.Create(path);
        using var group = file.CreateGroup("parameters");
        Write(group, "gains", modules, Gains);
        Write(group, "pedestals", modules, Pedestals);
    }

    private static void Write(Hdf5Group group, string name, int modules, double[] typical)
    {
        using var data = group.CreateDataset(name, Hdf5Type.Float64, 1, (ulong)(modules * Rows), Columns);
        data.SetLength((ulong)typical.Length);
        var plane = new double[modules * Rows * Columns];
        for (var stage = 0; stage < typical.Length; stage++)
        {
            for (var pixel = 0; pixel < plane.Length; pixel++)
                plane[pixel] = typical[stage] * (1 + (pixel * 7919L % 1009 * 1e-4));
            data.WriteRows<double>((ulong)stage, plane, Hdf5Type.Float64);
        }
    }
}
