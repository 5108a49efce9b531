using System.Globalization;
using System.Text;

namespace Hutch.Reduction.Simulation;

/// <summary>
/// A powder diffractometer at a pulsed source, with diamond in the beam: a neutron of the wavelength that Bragg's law asks for at a pixel arrives after
/// t = 505.556 us/(Å m) · d · L · sin θ (from de Broglie's h/m_n; L is the whole flight path).
/// </summary>
public sealed class PowderDiffractometer
{
    /// <summary>2 m_n / h, in µs/(Å m).</summary>
    public const double MicrosecondsPerAngstromMetre = 505.5563;

    /// <summary>Moderator to sample, in m.</summary>
    public const double PrimaryPath = 18;

    /// <summary>Sample to pixel, in m.</summary>
    public const double SecondaryPath = 2;

    /// <summary>A frame of a source of 60 Hz, in units of 100 ns.</summary>
    public const int FrameTicks = 166_667;

    // Reflections of diamond (a = 3.567 Å), and how often they are seen beside each other.
    private const double LatticeConstant = 3.567;
    private static readonly (int H, int K, int L, double Weight)[] s_reflections = [(1, 1, 1, 8), (2, 2, 0, 12), (3, 1, 1, 9), (4, 0, 0, 4), (3, 3, 1, 7), (4, 2, 2, 6)];

    private readonly int _pixels;
    private readonly double[] _ticksPerAngstrom;
    private readonly double[] _spacings;
    private readonly double[] _sums;

    /// <summary>Makes it.</summary>
    /// <param name="banks">Banks, evenly spread over 2θ from 40 to 150 degrees.</param>
    /// <param name="pixels">Pixels of a bank, each a little higher in 2θ than the one before.</param>
    public PowderDiffractometer(int banks, int pixels)
    {
        (Banks, _pixels) = (banks, pixels);
        _ticksPerAngstrom = [.. Enumerable.Range(0, banks * pixels).Select(p => 10 * MicrosecondsPerAngstromMetre * (PrimaryPath + SecondaryPath) * Math.Sin(double.DegreesToRadians(TwoTheta((uint)p) / 2)))];
        _spacings = [.. s_reflections.Select(r => LatticeConstant / Math.Sqrt((r.H * r.H) + (r.K * r.K) + (r.L * r.L)))];
        _sums = new double[s_reflections.Length];
        for (var i = 0; i < _sums.Length; i++)
            _sums[i] = (i > 0 ? _sums[i - 1] : 0) + (s_reflections[i].Weight / s_reflections.Sum(r => r.Weight));
    }

    /// <summary>How many banks; pixels are numbered from 0 through all of them.</summary>
    public int Banks { get; }

    /// <summary>The scattering angle of a pixel, in degrees.</summary>
    public double TwoTheta(uint pixel)
    {
        var (bank, place) = (pixel / (uint)_pixels, pixel % (uint)_pixels);
        return 40 + (110.0 * (bank + ((place + 0.5) / _pixels)) / Banks);
    }

    /// <summary>Events of a bank, in pairs of time of flight (100 ns) and pixel: nine in ten of a reflection, the others of the background.</summary>
    public void Fill(int bank, Random random, Span<uint> pairs)
    {
        for (var i = 0; i < pairs.Length; i += 2)
        {
            var pixel = (bank * _pixels) + random.Next(_pixels);
            pairs[i + 1] = (uint)pixel;
            pairs[i] = random.Next(10) == 0 ? (uint)random.Next(FrameTicks) : (uint)Math.Clamp(Spacing(random) * _ticksPerAngstrom[pixel], 0, FrameTicks - 1);
        }
    }

    /// <summary>The instrument as XML: where each pixel is, as r (m), t (2θ in degrees) and p.</summary>
    public string Geometry()
    {
        var xml = new StringBuilder();
        xml.Append(CultureInfo.InvariantCulture, $"""
            <instrument name="SIM" xmlns="http://www.mantidproject.org/IDF/1.0">
             <component type="moderator"><location z="{-PrimaryPath}"/></component><type name="moderator" is="Source"/>
             <component type="sample"><location z="0"/></component><type name="sample" is="SamplePos"/>
             <component type="pixels" idlist="pixels"><location/></component>
             <idlist idname="pixels"><id start="0" end="{_ticksPerAngstrom.Length - 1}"/></idlist>
             <type name="pixels"><component type="pixel">

            """);
        for (var pixel = 0U; pixel < _ticksPerAngstrom.Length; pixel++)
            xml.Append(CultureInfo.InvariantCulture, $"  <location name=\"pixel{pixel}\" r=\"{SecondaryPath}\" t=\"{TwoTheta(pixel)}\" p=\"0\"/>\n");
        return xml.Append(" </component></type>\n <type name=\"pixel\" is=\"detector\"/>\n</instrument>\n").ToString();
    }

    private double Spacing(Random random)
    {
        var kind = Array.BinarySearch(_sums, random.NextDouble());
        // The sum of four even distributions is close to a normal one; a resolution of 0.3 %.
        var even = random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2;
        return _spacings[Math.Min(kind < 0 ? ~kind : kind, _spacings.Length - 1)] * (1 + (0.003 * Math.Sqrt(3) * even));
    }
}
