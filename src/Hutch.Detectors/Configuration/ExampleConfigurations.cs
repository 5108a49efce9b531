namespace Hutch.Detectors.Configuration;

/// <summary>The detectors that <c>hutch demo</c> knows without a configuration file.</summary>
public static class ExampleConfigurations
{
    private const int FirstPort = 50_000;

    /// <summary>The names: one a kind. A converted Jungfrau needs a file of gains.</summary>
    public static IReadOnlyList<string> Names { get; } = ["jungfrau", "eiger", "gigafrost", "jungfrau-converted"];

    /// <summary>How many modules an example has unless told otherwise.</summary>
    public static int DefaultModules(string detector) => detector switch { "eiger" => 4, "gigafrost" => 8, _ => 2 };

    /// <summary>An example with a number of modules.</summary>
    /// <exception cref="UserErrorException">There is no such example, or it cannot have that many modules.</exception>
    public static DaqConfiguration Create(string detector, int modules)
    {
        if (modules is < 1 or > 128)
            throw new UsageErrorException($"--modules is {modules}, but must be 1 to 128");
        return detector switch
        {
            "jungfrau" => Jungfrau(modules),
            "jungfrau-converted" => Jungfrau(modules) with { DetectorName = "demo-jungfrau-converted", DetectorType = detector },
            "eiger" => Eiger(modules),
            "gigafrost" when modules == 8 => Gigafrost(),
            "gigafrost" => throw new UsageErrorException($"--modules is {modules}, but a gigafrost has 8"),
            _ => throw new UsageErrorException($"--detector is {detector}, but must be one of: {string.Join(", ", Names)}"),
        };
    }

    // Modules stacked, with a gap of 38 rows between two as in the real 1M.
    private static DaqConfiguration Jungfrau(int modules)
    {
        const int pitch = 512 + 38;
        return Base("jungfrau", modules, height: (modules * pitch) - 38, width: 1024) with
        {
            ModulePositions = Enumerable.Range(0, modules).ToDictionary(m => m, m => new ModulePosition(0, m * pitch, 1023, (m * pitch) + 511)),
        };
    }

    // Half-modules in pairs side by side; every other pair is read upwards, as in the real 9M.
    private static DaqConfiguration Eiger(int modules)
    {
        const int pitchX = 514 + 2;
        const int pitchY = 256 + 2;
        var rows = (modules + 1) / 2;
        return Base("eiger", modules, height: (rows * pitchY) - 2, width: modules == 1 ? 514 : (2 * pitchX) - 2) with
        {
            ModulePositions = Enumerable.Range(0, modules).ToDictionary(m => m, m =>
            {
                var (x, y) = (m % 2 * pitchX, m / 2 * pitchY);
                return m / 2 % 2 == 0 ? new ModulePosition(x, y, x + 513, y + 255) : new ModulePosition(x, y + 255, x + 513, y);
            }),
        };
    }

    private static DaqConfiguration Gigafrost() => Base("gigafrost", 8, height: 2016, width: 2016);

    private static DaqConfiguration Base(string detector, int modules, int height, int width) => new()
    {
        DetectorName = $"demo-{detector}",
        DetectorType = detector,
        Modules = modules,
        BitDepth = 16,
        ImageHeight = height,
        ImageWidth = width,
        StartUdpPort = FirstPort,
    };
}
