using Hutch.Detectors.Configuration;
using Hutch.Native.Hdf5;

namespace Hutch.Detectors.Assembly;

/// <summary>Gains and pedestals of a Jungfrau module for its three gain stages: plane after plane of 512 rows of 1024 pixels.</summary>
/// <param name="Gains">What an ADC unit is worth.</param>
/// <param name="Pedestals">What a pixel without a photon gives, ADC units.</param>
public sealed record GainParameters(float[] Gains, float[] Pedestals)
{
    /// <summary>Gain stages.</summary>
    public const int Stages = 3;

    private const int Rows = 512;
    private const int Columns = 1024;

    /// <summary>Pixels of a module.</summary>
    public const int Pixels = Rows * Columns;

    /// <summary>Reads the parameters of a module.</summary>
    /// <exception cref="UserErrorException">The file or a dataset is not there, or of another shape.</exception>
    public static GainParameters Read(DaqConfiguration configuration, int module)
    {
        var settings = configuration.Gain;
        if (settings.File.Length == 0)
            throw new UserErrorException($"{configuration.DetectorName} is to be converted, but its DAQ configuration names no gain_file: add \"gain_file\": \"FILE.h5\", or use detector_type jungfrau-raw");
        try
        {
            using var file = Hdf5File.OpenRead(settings.File);
            return new GainParameters(ReadPlanes(file, settings.Gains, configuration, module), ReadPlanes(file, settings.Pedestals, configuration, module));
        }
        catch (Hdf5Exception error)
        {
            throw new UserErrorException($"the parameters of {configuration.DetectorName} cannot be read from gain_file {settings.File} "
                + $"(gains_dataset {settings.Gains}, pedestals_dataset {settings.Pedestals}): {error.Message}", error);
        }
    }

    private static float[] ReadPlanes(Hdf5File file, string name, DaqConfiguration configuration, int module)
    {
        using var data = file.OpenDataset(name);
        var dimensions = data.Dimensions;
        var rows = (ulong)configuration.Modules * Rows;
        if (dimensions is not [Stages, var height, Columns] || height != rows)
            throw new UserErrorException($"dataset {name} of gain_file {file.Path} is [{string.Join(", ", dimensions)}], but must be [{Stages}, {rows}, {Columns}] for {configuration.Modules} modules");
        var planes = new float[Stages * Pixels];
        data.ReadBlock([0, (ulong)(module * Rows), 0], [Stages, Rows, Columns], planes.AsSpan(), Hdf5Type.Float32);
        return planes;
    }
}
