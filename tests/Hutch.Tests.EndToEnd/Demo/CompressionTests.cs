using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Demo;

/// <summary>The way from packets to a compressed file, read by h5py with the bitshuffle library's filter.</summary>
[Collection(nameof(LargeImagesCollection))]
public class CompressionTests
{
    [Theory]
    [InlineData("jungfrau")]
    [InlineData("eiger")]
    [InlineData("gigafrost")]
    public void Compressed_images_are_read_by_the_bitshuffle_library(string kind)
    {
        using var detector = SampleDetectors.Small(kind);

        var summary = DemoCommand.Run(detector, 20, 15, "--compress");

        VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(20);
        Assert.True(summary.GetProperty("verified").GetBoolean());
        Assert.InRange(new FileInfo(detector.OutputFile).Length, 1, 20 * detector.ImageBytes / 2);
    }

    [Fact]
    public void Lost_packets_are_zeros_in_a_compressed_file_too()
    {
        using var detector = SampleDetectors.Eiger();

        var summary = DemoCommand.Run(detector, 20, 15, "--compress", "--loss", "0.01");

        var file = VerifiedFile.Read(detector, detector.OutputFile);
        Assert.True(summary.GetProperty("verified").GetBoolean());
        Assert.InRange(file.MissingPackets, 1, summary.Count("packets_lost"));
    }

    [Fact]
    public void A_compressed_eiger_9M()
    {
        using var detector = SampleDetectors.Eiger9M(inactive: [5, 40]);

        DemoCommand.Run(detector, 4, 1, "--compress", "--slots", "6");

        Assert.Equal(70, VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(4).Modules);
    }
}
