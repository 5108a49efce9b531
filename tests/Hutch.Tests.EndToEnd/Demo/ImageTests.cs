using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Demo;

/// <summary>
/// The whole way from packets to a file, read by h5py and compared pixel by pixel with what was sent. At these rates nothing is lost. For the
/// built-in detectors see <see cref="BuiltInDetectorTests"/>.
/// </summary>
[Collection(nameof(LargeImagesCollection))]
public class ImageTests
{
    [Fact]
    public void A_jungfrau_of_three_modules()
    {
        using var detector = SampleDetectors.Jungfrau(3);
        Assert.Equal((512 + 38 + 512 + 38 + 512, 1024), Take(detector, 20, 20));
    }

    [Fact]
    public void An_eiger_with_gaps_and_rows_that_run_upwards()
    {
        using var detector = SampleDetectors.Eiger();
        Assert.Contains(detector.ActiveModules, m => (int)detector.Configuration["module_positions"]![$"{m}"]![1]! > (int)detector.Configuration["module_positions"]![$"{m}"]![3]!);
        Assert.Equal((514, 1030), Take(detector, 25, 25));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(32)]
    public void An_eiger_of_another_bit_depth(int bitDepth)
    {
        using var detector = SampleDetectors.Eiger(modules: 2, bitDepth);
        Assert.Equal((514 + 36 + 514, 1030), Take(detector, 15, 15));
    }

    [Fact]
    public void An_eiger_9M_with_modules_that_are_switched_off()
    {
        using var detector = SampleDetectors.Eiger9M(inactive: [0, 7, 32, 33, 34, 35, 71]);
        Assert.Equal((3264, 3106), Take(detector, 4, 1, "--slots", "6"));
    }

    // Half widths that are no multiple of 48, and so narrow that a packet holds an odd number of rows.
    [Theory]
    [InlineData(120, 400, 81, 36, 36)]    // 60 columns: packets of 81 and 19 rows
    [InlineData(312, 228, 29, 36, 0)]     // 156 columns: 29 and 28 rows
    [InlineData(312, 232, 29, 36, 36)]    // 156 columns: all packets have 29 rows
    public void A_gigafrost_of_another_size_whose_packets_are_padded(int width, int height, int rows, int padding, int lastPadding)
    {
        using var detector = SampleDetectors.Gigafrost(width, height);
        DemoCommand.Run(detector, 20, 40);
        var file = VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(20);
        Assert.Equal((rows, padding, lastPadding), (file.RowsPerPacket, file.Padding, file.LastPadding));
    }

    private static (int Height, int Width) Take(TestDetector detector, int images, double rate, params string[] more)
    {
        var summary = DemoCommand.Run(detector, images, rate, ["--loss", "0", .. more]);
        var file = VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(images);
        Assert.Equal(detector.ActiveModules.Count(), file.Modules);
        Assert.Equal(images, summary.Count("images_written"));
        foreach (var count in new[] { "packets_lost", "packets_dropped", "kernel_drops", "images_lost", "images_with_missing_packets" })
            Assert.Equal((count, 0), (count, summary.Count(count)));
        Assert.True(summary.GetProperty("verified").GetBoolean());
        Assert.Equal(detector.OutputFile, summary.GetProperty("file").GetString());
        return (file.Height, file.Width);
    }
}
