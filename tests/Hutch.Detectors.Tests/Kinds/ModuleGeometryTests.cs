using Hutch.Detectors.Configuration;

namespace Hutch.Detectors.Tests.Kinds;

public class ModuleGeometryTests
{
    [Fact]
    public void No_two_modules_cover_a_pixel_and_a_gigafrost_covers_all()
    {
        foreach (var (configuration, uncovered) in new[]
        {
            (TestDetectors.Gigafrost(), 0),
            (TestDetectors.OddGigafrost(), 0),
            (TestDetectors.Jungfrau(3), 2 * 38 * 1024),
            (TestDetectors.Eiger(4), (514 * 1030) - (4 * 512 * 256)),
        })
        {
            var covered = new int[configuration.ImageHeight, configuration.ImageWidth];
            foreach (var module in configuration.ActiveModules)
                Cover(configuration, module, covered);

            Assert.Equal(uncovered, covered.Cast<int>().Count(c => c == 0));
            Assert.DoesNotContain(covered.Cast<int>(), c => c > 1);
        }
    }

    [Fact]
    public void An_eiger_module_with_end_above_start_runs_upwards_and_has_a_gap_of_two_columns()
    {
        var configuration = TestDetectors.Eiger(1) with { ModulePositions = new Dictionary<int, ModulePosition> { [0] = new(100, 299, 613, 44) } };

        var geometry = configuration.Kind.Geometry(configuration, 0)!;

        Assert.Equal((299, 44), (geometry.ImageRow(0), geometry.ImageRow(255)));
        Assert.Equal([(0, 256, 100), (256, 256, 358)], geometry.Segments.Select(s => (s.Column, s.Length, s.ImageColumn)));
    }

    // Rows of the image, from the rule: south H/2 + link + 2r, north (H-1)/2 - link - 2r; east starts at W/2.
    [Theory]
    [InlineData(0, 1008, 1010, 0)]
    [InlineData(1, 1009, 1011, 0)]
    [InlineData(2, 1008, 1010, 1008)]
    [InlineData(4, 1007, 1005, 0)]
    [InlineData(7, 1006, 1004, 1008)]
    public void A_gigafrost_module_holds_every_other_row_of_its_quadrant(int module, int row0, int row1, int column)
    {
        var configuration = TestDetectors.Gigafrost();

        var geometry = configuration.Kind.Geometry(configuration, module)!;

        Assert.Equal((row0, row1, column), (geometry.ImageRow(0), geometry.ImageRow(1), geometry.Segments[0].ImageColumn));
    }

    private static void Cover(DaqConfiguration configuration, int module, int[,] covered)
    {
        var geometry = configuration.Kind.Geometry(configuration, module)!;
        for (var row = 0; row < geometry.Rows; row++)
        {
            foreach (var segment in geometry.Segments)
            {
                for (var column = 0; column < segment.Length; column++)
                    covered[geometry.ImageRow(row), segment.ImageColumn + column]++;
            }
        }
    }
}
