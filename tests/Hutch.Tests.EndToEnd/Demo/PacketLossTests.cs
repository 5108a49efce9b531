using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Demo;

/// <summary>What is lost is counted, flagged and 0; nothing else changes.</summary>
public class PacketLossTests
{
    [Theory]
    [InlineData("jungfrau", 0.01)]
    [InlineData("eiger", 0.01)]
    [InlineData("gigafrost", 0.01)]
    [InlineData("eiger", 0.3)]
    public void Packets_that_are_lost_are_counted_exactly_and_their_pixels_are_0(string kind, double loss)
    {
        const int images = 30;
        using var detector = SampleDetectors.Small(kind);

        var summary = DemoCommand.Run(detector, images, 30, "--loss", $"{loss}");

        var file = VerifiedFile.Read(detector, detector.OutputFile);
        var dropped = summary.Count("packets_dropped");
        Assert.True(dropped > 0);
        Assert.Equal((dropped, dropped, 0), (summary.Count("packets_lost"), file.MissingPackets, summary.Count("kernel_drops")));
        Assert.Equal((images, images, 0), (summary.Count("images_written"), file.Images, summary.Count("images_lost")));
        Assert.Equal(summary.Count("images_with_missing_packets"), file.Flagged);
        Assert.InRange(file.Flagged, 1, images);
        Assert.InRange(dropped, loss * summary.Count("packets") / 3, loss * summary.Count("packets") * 3);
    }

    [Fact]
    public void Images_of_which_a_whole_frame_is_lost_are_left_out_and_counted()
    {
        // Two packets a frame and eight frames an image: in one of four images a whole frame is lost.
        using var detector = SampleDetectors.Gigafrost(120, 400);

        var summary = DemoCommand.Run(detector, 60, 30, "--loss", "0.2");

        var file = VerifiedFile.Read(detector, detector.OutputFile);
        Assert.InRange(summary.Count("images_lost"), 1, 59);
        Assert.Equal((60 - summary.Count("images_lost"), summary.Count("images_written")), (file.Images, file.Images));
        Assert.Equal(summary.Count("packets_dropped"), summary.Count("packets_lost"));
        Assert.Equal(summary.Count("images_with_missing_packets"), file.Flagged);
    }
}
