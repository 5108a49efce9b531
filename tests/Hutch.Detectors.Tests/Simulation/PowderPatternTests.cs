using Hutch.Detectors.Configuration;
using Hutch.Detectors.Simulation;

namespace Hutch.Detectors.Tests.Simulation;

public class PowderPatternTests
{
    private static readonly DaqConfiguration Detector = ExampleConfigurations.Create("jungfrau", 1);

    [Fact]
    public void The_first_ring_is_where_Bragg_puts_it() =>
        Assert.Equal(2 * Math.Asin(0.7 / (2 * (5.43123 / Math.Sqrt(3)))) * 180 / Math.PI, PowderPattern.Rings[0], 1e-9);

    [Fact]
    public void Counts_have_the_mean_and_the_variance_of_a_Poisson_distribution_on_the_ring_and_beside_it()
    {
        var pattern = new PowderPattern(Detector, 1);
        var pixels = new uint[1024];
        var centre = Detector.ImageHeight / 2;
        // Columns of the middle row: one on the first ring, one far from all.
        foreach (var column in new[] { (int)(511.5 + (PowderPattern.Distance * Math.Tan(PowderPattern.Rings[0] * Math.PI / 180))), 600 })
        {
            const int images = 4000;
            var counts = new double[images];
            for (var i = 0; i < images; i++)
            {
                pattern.FillRow((ulong)i, 0, centre, pixels);
                counts[i] = pixels[column];
            }
            var mean = PowderPattern.Mean(PowderPattern.TwoTheta(centre, column, Detector.ImageHeight, Detector.ImageWidth));
            var (found, variance) = (counts.Average(), counts.Select(c => c * c).Average() - Math.Pow(counts.Average(), 2));
            Assert.Equal(mean, found, (5 * Math.Sqrt(mean / images)) + 0.01);
            Assert.Equal(mean, variance, (0.15 * mean) + 0.02);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_image_and_another_image_is_another()
    {
        uint[] Row(int seed, ulong image)
        {
            var row = new uint[1024];
            new PowderPattern(Detector, seed).FillRow(image, 0, 100, row);
            return row;
        }
        Assert.Equal(Row(1, 5), Row(1, 5));
        Assert.NotEqual(Row(1, 5), Row(1, 6));
        Assert.NotEqual(Row(1, 5), Row(2, 5));
    }
}
