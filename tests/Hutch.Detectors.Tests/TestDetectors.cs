using Hutch.Detectors.Configuration;

namespace Hutch.Detectors.Tests;

/// <summary>Small detectors of every kind, each with a name of its own so that tests do not meet in shared memory.</summary>
public static class TestDetectors
{
    private static int _count;

    public static string UniqueName() => $"test-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";

    public static DaqConfiguration Jungfrau(int modules = 1) => ExampleConfigurations.Create("jungfrau", modules) with { DetectorName = UniqueName() };

    public static DaqConfiguration Eiger(int modules = 2, int bitDepth = 8) =>
        ExampleConfigurations.Create("eiger", modules) with { DetectorName = UniqueName(), BitDepth = bitDepth };

    /// <summary>36 columns and 137 rows a module: a packet of 136 rows, and a last one of a single row with 36 bytes of padding.</summary>
    public static DaqConfiguration OddGigafrost() =>
        ExampleConfigurations.Create("gigafrost", 8) with { DetectorName = UniqueName(), ImageWidth = 72, ImageHeight = 548 };

    public static DaqConfiguration Gigafrost() => ExampleConfigurations.Create("gigafrost", 8) with { DetectorName = UniqueName() };

    public static DaqConfiguration ByIndex(int index) => (index % 4) switch
    {
        0 => Jungfrau(),
        1 => Eiger(),
        2 => OddGigafrost(),
        _ => Gigafrost(),
    };
}
