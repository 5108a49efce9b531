namespace Hutch.Detectors.Simulation;

/// <summary>
/// A pattern that looks like a measurement: Poisson counts of a weak background and a few Bragg spots that move slowly from
/// image to image. The same seed gives the same images.
/// </summary>
public sealed class DiffractionPattern(int seed) : IPixelPattern
{
    private const int Spots = 5;
    private const double Background = 3;      // mean counts a pixel
    private const double SpotCounts = 400;    // mean counts in the middle of a spot
    private const double SpotWidth = 4;       // standard deviation, pixels
    private const int SpotReach = 16;         // pixels beyond which a spot adds nothing

    // Drawing from a table is what makes this fast enough to send at the rate of a detector.
    private readonly byte[] _background = DrawBackground(seed);

    /// <inheritdoc/>
    public void FillRow(ulong imageId, int module, int row, Span<uint> pixels)
    {
        var start = (int)(Mix(imageId, module, row) % (ulong)_background.Length);
        for (var column = 0; column < pixels.Length; column++)
            pixels[column] = _background[(start + column) & (_background.Length - 1)];
        for (var spot = 0; spot < Spots; spot++)
            AddSpot(imageId, module, row, spot, pixels);
    }

    private static byte[] DrawBackground(int seed)
    {
        var random = new Random(seed);
        var counts = new byte[1 << 16];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = (byte)Poisson(random, Background);
        return counts;
    }

    // Knuth, The Art of Computer Programming, volume 2, 3.4.1: multiply uniforms until the product is below exp(-mean).
    private static int Poisson(Random random, double mean)
    {
        var limit = Math.Exp(-mean);
        var count = 0;
        for (var product = random.NextDouble(); product > limit; product *= random.NextDouble())
            count++;
        return count;
    }

    private void AddSpot(ulong imageId, int module, int row, int spot, Span<uint> pixels)
    {
        var place = Mix((ulong)(seed + spot), module, spot);
        var centreRow = (int)(place % 251) + (int)(imageId / 10 % 5);
        if (Math.Abs(row - centreRow) > SpotReach)
            return;
        var centreColumn = (int)(place / 251 % (ulong)pixels.Length);
        for (var column = Math.Max(0, centreColumn - SpotReach); column <= Math.Min(pixels.Length - 1, centreColumn + SpotReach); column++)
        {
            var distance = ((row - centreRow) * (row - centreRow)) + ((column - centreColumn) * (column - centreColumn));
            var mean = SpotCounts * Math.Exp(-distance / (2 * SpotWidth * SpotWidth));
            // For means this large the square root of the mean is the width of a Poisson distribution.
            var noise = ((Mix(imageId, row, column) >> 11) * (1.0 / (1UL << 53)) * 2) - 1;
            pixels[column] += (uint)Math.Max(0, mean + (noise * Math.Sqrt(3 * mean)));
        }
    }

    // The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
    private ulong Mix(ulong a, int b, int c)
    {
        var z = unchecked(a + (0x9E3779B97F4A7C15UL * (ulong)((b * 8191L) + c + 1)) + (ulong)seed);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return z ^ (z >> 31);
    }
}
