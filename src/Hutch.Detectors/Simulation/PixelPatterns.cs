using Hutch.Detectors.Configuration;

namespace Hutch.Detectors.Simulation;

/// <summary>The patterns by name.</summary>
public static class PixelPatterns
{
    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["test", "diffraction", "powder"];

    /// <summary>Makes a pattern.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="configuration">The detector that sees it.</param>
    /// <param name="seed">The same seed gives the same images.</param>
    /// <exception cref="ArgumentException">There is no such pattern.</exception>
    public static IPixelPattern Create(string name, DaqConfiguration configuration, int seed) => name switch
    {
        "test" => new TestPattern(),
        "diffraction" => new DiffractionPattern(seed),
        "powder" => new PowderPattern(configuration, seed),
        _ => throw new ArgumentException($"no pattern is called {name}", nameof(name)),
    };
}
