using Hutch.Detectors.Configuration;

namespace Hutch.Detectors.Simulation;

/// <summary>
/// Debye-Scherrer rings of a cubic crystal on a flat detector perpendicular to the beam, its centre in the beam: Poisson
/// counts about a mean of <see cref="Background"/> and a Gaussian in 2theta for each reflection. A single image is mostly noise; the rings
/// come out in the sum. The same seed gives the same images.
/// </summary>
public sealed class PowderPattern : IPixelPattern
{
    /// <summary>The distance from sample to detector, in pixels.</summary>
    public const double Distance = 1500;

    /// <summary>The wavelength, in angstrom.</summary>
    public const double Wavelength = 0.7;

    /// <summary>The lattice parameter, in angstrom: silicon (NIST SRM 640d: 5.43123).</summary>
    public const double Lattice = 5.43123;

    /// <summary>Mean counts a pixel between the rings.</summary>
    public const double Background = 0.05;

    private const double StrongestRing = 1.5;      // mean counts a pixel on the crest of the first ring
    private const double Width = 0.12;             // standard deviation of a ring, degrees
    private const int Draws = 1 << 12;             // numbers in the table of a mean
    private const double Step = 0.01;              // means are rounded to this, counts

    // h² + k² + l² of the reflections that the diamond structure allows, and their multiplicities times a falling form factor.
    private static readonly (int Squares, double Weight)[] Reflections = [(3, 1), (8, 0.62), (11, 0.4), (16, 0.14), (19, 0.2), (24, 0.24), (27, 0.14), (32, 0.08), (35, 0.18)];

    private readonly byte[][] _draws;
    private readonly ushort[][] _means;
    private readonly int[] _columns;
    private readonly ulong _seed;

    /// <summary>Makes the pattern of a detector.</summary>
    public PowderPattern(DaqConfiguration configuration, int seed)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _seed = (ulong)seed;
        _means = new ushort[configuration.Modules][];
        _columns = new int[configuration.Modules];
        foreach (var module in configuration.ActiveModules)
        {
            var geometry = configuration.Kind.Geometry(configuration, module)!;
            _columns[module] = geometry.Columns;
            _means[module] = new ushort[geometry.Rows * geometry.Columns];
            for (var row = 0; row < geometry.Rows; row++)
            {
                foreach (var segment in geometry.Segments)
                {
                    for (var i = 0; i < segment.Length; i++)
                    {
                        var angle = TwoTheta(geometry.ImageRow(row), segment.ImageColumn + i, configuration.ImageHeight, configuration.ImageWidth);
                        _means[module][(row * geometry.Columns) + segment.Column + i] = (ushort)Math.Round(Mean(angle) / Step);
                    }
                }
            }
        }
        _draws = [.. Enumerable.Range(0, _means.SelectMany(m => m ?? []).Max() + 1).Select(i => Quantiles(i * Step))];
    }

    /// <summary>The angle between the beam and the way to the centre of a pixel, in degrees.</summary>
    public static double TwoTheta(int row, int column, int height, int width)
    {
        var (y, x) = (row - ((height - 1) / 2.0), column - ((width - 1) / 2.0));
        return Math.Atan2(Math.Sqrt((x * x) + (y * y)), Distance) * 180 / Math.PI;
    }

    /// <summary>The angles of the rings, in degrees; Bragg's law.</summary>
    public static IReadOnlyList<double> Rings { get; } =
        [.. Reflections.Select(r => 2 * Math.Asin(Wavelength * Math.Sqrt(r.Squares) / (2 * Lattice)) * 180 / Math.PI)];

    /// <summary>Mean counts of a pixel.</summary>
    public static double Mean(double twoTheta)
    {
        var mean = Background;
        for (var i = 0; i < Reflections.Length; i++)
        {
            var distance = (twoTheta - Rings[i]) / Width;
            mean += StrongestRing * Reflections[i].Weight * Math.Exp(-distance * distance / 2);
        }
        return mean;
    }

    /// <inheritdoc/>
    public void FillRow(ulong imageId, int module, int row, Span<uint> pixels)
    {
        var means = _means[module].AsSpan(row * _columns[module], _columns[module]);
        // A generator a row (xorshift64*, Vigna 2016), so that rows may come in any order.
        var state = Mix(_seed + (imageId * 0x9E3779B97F4A7C15UL) + ((ulong)module << 40) + (ulong)row) | 1;
        for (var column = 0; column < pixels.Length; column++)
        {
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            pixels[column] = _draws[means[column]][(state * 0x2545F4914F6CDD1DUL) >> 52];
        }
    }

    // Counts at equal steps of the cumulative Poisson distribution: picked at random, they have its mean exactly, and its variance.
    private static byte[] Quantiles(double mean)
    {
        var table = new byte[Draws];
        var probability = Math.Exp(-mean);
        var cumulative = probability;
        byte count = 0;
        for (var i = 0; i < Draws; i++)
        {
            while ((i + 0.5) / Draws > cumulative && count < byte.MaxValue)
            {
                count++;
                probability *= mean / count;
                cumulative += probability;
            }
            table[i] = count;
        }
        return table;
    }

    private static ulong Mix(ulong z)
    {
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return z ^ (z >> 31);
    }
}
