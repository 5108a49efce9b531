using Hutch.Detectors.Simulation;

namespace Hutch.Detectors.Tests.Simulation;

public class DiffractionPatternTests
{
    [Fact]
    public void The_background_has_the_mean_and_the_variance_of_a_poisson_distribution()
    {
        var pattern = new DiffractionPattern(seed: 7);
        var pixels = new uint[4096];
        var counts = new List<double>();
        for (var row = 300; row < 400; row++)   // below the spots
        {
            pattern.FillRow(1, 0, row, pixels);
            counts.AddRange(pixels.Select(p => (double)p));
        }
        var mean = counts.Average();
        var variance = counts.Average(c => (c - mean) * (c - mean));

        Assert.InRange(mean, 2.9, 3.1);
        Assert.InRange(variance, 2.8, 3.2);
    }

    [Fact]
    public void There_are_bragg_spots_and_the_same_seed_gives_the_same_image()
    {
        var (once, again) = (Image(3), Image(3));

        Assert.Equal(once, again);
        Assert.NotEqual(once, Image(4));
        Assert.True(once.Count(p => p > 200) > 20, "no bright pixels");
    }

    private static uint[] Image(int seed)
    {
        var pattern = new DiffractionPattern(seed);
        var image = new uint[512 * 1024];
        for (var row = 0; row < 512; row++)
            pattern.FillRow(1, 0, row, image.AsSpan(row * 1024, 1024));
        return image;
    }
}
