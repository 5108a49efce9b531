using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Replication;

/// <summary>Images of a detector in a file of another machine: simulator, receiver, assembler, stream-send, stream-receive, writer.</summary>
[Collection(nameof(LargeImagesCollection))]
public class HopTests
{
    private const int Images = 8;

    [Theory]
    [InlineData("Jungfrau 4M", 3, "use_all_forwarders", 3)]
    [InlineData("Eiger 9M", 8, null, 4)]
    [InlineData("Gigafrost", 3, "sender_sends_full_images", 3)]
    public void Images_reach_a_file_on_the_other_side(string name, int pairs, string? mode, int parts)
    {
        var detector = name switch
        {
            "Jungfrau 4M" => SampleDetectors.Jungfrau(8),
            "Eiger 9M" => SampleDetectors.Eiger9M(inactive: [4, 5, 30]),
            _ => SampleDetectors.Gigafrost(),
        };
        using var hop = new Hop(detector, pairs, mode);
        using var path = new DataPath(hop.Near);
        path.StartReceiver();
        path.StartAssembler();
        var sender = hop.StartSender();
        var receiver = hop.StartReceiver();
        var writer = hop.StartWriter(Images);
        path.WaitUntilConnected(imageReaders: parts);
        Hop.WaitForReceivers(sender, parts);
        receiver.WaitForOutput("stream-synchroniser-.*: subscribers: 1");

        path.Simulate(Images, 1);

        writer.Succeed();
        var carried = mode == "sender_sends_full_images" ? Images : Images * parts;
        Assert.Contains($"{Images} images, 0 missing, 0 incomplete, 0 overwritten, 0 late parts, 0 unexpected; {carried} parts received", DataPath.Stop(receiver), StringComparison.Ordinal);
        Assert.Contains($"{carried} parts sent", DataPath.Stop(sender), StringComparison.Ordinal);
        DataPath.Stop(path.Assembler!);
        DataPath.Stop(path.Receivers[0]);
        hop.AssertNothingIsLeft();
        VerifiedFile.Read(hop.Far, hop.Far.OutputFile).AssertComplete(Images);
    }
}
