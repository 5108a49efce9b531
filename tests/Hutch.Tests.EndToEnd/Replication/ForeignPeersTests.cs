using System.Text.Json;
using System.Text.RegularExpressions;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Replication;

/// <summary>Sender, receiver and synchroniser each against one that was written in another language from the description of the formats.</summary>
public class ForeignPeersTests
{
    private const int Images = 20;

    [Theory]
    [InlineData("eiger", 1, "use_all_forwarders", 1)]
    [InlineData("jungfrau", 8, "use_all_forwarders", 8)]
    [InlineData("gigafrost", 3, "sender_sends_full_images", 3)]
    public void A_foreign_receiver_understands_our_senders(string kind, int pairs, string mode, int parts)
    {
        using var hop = new Hop(SampleDetectors.Small(kind), pairs, mode);
        using var path = new DataPath(hop.Near);
        path.StartReceiver();
        path.StartAssembler();
        var sender = hop.StartSender();
        using var peer = ChildProcess.Peer("replication_peer.py", "sink", hop.Near.ConfigFile, $"{hop.Port}", $"{Images}");
        path.WaitUntilConnected(imageReaders: parts);
        Hop.WaitForReceivers(sender, parts);

        path.Simulate(Images, 10);

        var found = JsonDocument.Parse(peer.Succeed().Output).RootElement;
        Assert.Empty(found.GetProperty("errors").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal(parts, found.GetProperty("parts").GetInt32());
        DataPath.Stop(sender);
        DataPath.Stop(path.Assembler!);
        DataPath.Stop(path.Receivers[0]);
        hop.Near.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("eiger", 64, null, 2)]
    [InlineData("jungfrau", 4, "use_all_forwarders", 4)]
    public void Our_receivers_take_what_a_foreign_sender_splits_and_count_what_it_leaves_out(string kind, int pairs, string? mode, int parts)
    {
        using var hop = new Hop(SampleDetectors.Small(kind), pairs, mode);
        using var source = ChildProcess.Peer("replication_peer.py", "source", hop.Near.ConfigFile, $"{hop.Port}", $"{Images}");
        source.WaitForOutput("bound");
        var writer = hop.StartWriter(Images - 2);
        var receiver = hop.StartReceiver();
        // The writer subscribes to the receiver while the receiver subscribes to the source: only then may anything be sent.
        receiver.WaitForOutput("subscribers: 1");
        source.WriteLine("send");

        writer.Succeed();
        source.WaitForOutput("sent");
        var summary = DataPath.Stop(receiver);

        // Image 7 came without part 0, and image 9 not at all; image 5 brought five messages a pair that are no parts.
        Assert.Contains($"{Images - 2} images, 2 missing, 1 incomplete, 0 overwritten, 0 late parts", summary, StringComparison.Ordinal);
        Assert.Contains($" {parts + 1} missing, {5 * parts} of a wrong size", summary, StringComparison.Ordinal);
        source.CloseInput();
        source.Succeed();
        hop.AssertNothingIsLeft();
        var file = VerifiedFile.Read(hop.Far, hop.Far.OutputFile);
        Assert.Equal((Images - 2, 1, Images), (file.Images, file.FirstId, file.LastId));
    }

    [Fact]
    public void Our_receivers_put_whole_images_of_a_foreign_sender_into_order()
    {
        using var hop = new Hop(SampleDetectors.Eiger(), 4, "sender_sends_full_images");
        using var source = ChildProcess.Peer("replication_peer.py", "source", hop.Near.ConfigFile, $"{hop.Port}", $"{Images}");
        source.WaitForOutput("bound");
        var writer = hop.StartWriter(Images - 1);
        var receiver = hop.StartReceiver();
        // The writer subscribes to the receiver while the receiver subscribes to the source: only then may anything be sent.
        receiver.WaitForOutput("subscribers: 1");
        source.WriteLine("send");

        writer.Succeed();
        source.WaitForOutput("sent");

        Assert.Contains($"{Images - 1} images, 1 missing, 0 incomplete", DataPath.Stop(receiver), StringComparison.Ordinal);
        source.CloseInput();
        source.Succeed();
        var file = VerifiedFile.Read(hop.Far, hop.Far.OutputFile);
        Assert.Equal((Images - 1, 1, Images), (file.Images, file.FirstId, file.LastId));
    }

    [Fact]
    public void Our_synchroniser_announces_what_foreign_receivers_report()
    {
        using var hop = new Hop(SampleDetectors.Eiger(), 3);
        using var path = new DataPath(hop.Near);
        path.StartReceiver();
        path.StartAssembler();
        var sender = hop.StartSender();
        var synchroniser = hop.StartReceiver("--only-synchroniser");
        var writer = hop.StartWriter(Images);
        synchroniser.WaitForOutput("subscribers: 1");
        var peer = hop.Peer("replication_peer.py", "receiver", hop.Far.ConfigFile, $"{hop.Port}", DataPath.ImageSlots, $"{Images}");
        path.WaitUntilConnected(imageReaders: 3);
        Hop.WaitForReceivers(sender, 3);

        path.Simulate(Images, 10);

        writer.Succeed();
        peer.WaitForOutput("received");
        peer.CloseInput();
        peer.Succeed();
        Assert.Contains($"{Images} images, 0 missing, 0 incomplete, 0 overwritten", DataPath.Stop(synchroniser), StringComparison.Ordinal);
        VerifiedFile.Read(hop.Far, hop.Far.OutputFile).AssertComplete(Images);
    }

    [Fact]
    public void A_foreign_synchroniser_understands_our_receivers()
    {
        using var hop = new Hop(SampleDetectors.Eiger(), 3);
        using var path = new DataPath(hop.Near);
        path.StartReceiver();
        path.StartAssembler();
        var sender = hop.StartSender();
        var synchroniser = hop.Peer("replication_peer.py", "synchroniser", hop.Far.ConfigFile, DataPath.ImageSlots, $"{Images}");
        var writer = hop.StartWriter(Images);
        synchroniser.WaitForOutput("subscribed");
        var receivers = Enumerable.Range(0, 3).Select(p => hop.StartReceiver("--no-synchroniser", "--part", $"{p}")).ToList();
        path.WaitUntilConnected(imageReaders: 3);
        Hop.WaitForReceivers(sender, 3);

        path.Simulate(Images, 10);

        writer.Succeed();
        Assert.All(receivers, r => Assert.Matches(new Regex($"^{Images} parts received, .*; 0 missing"), DataPath.Stop(r)));
        VerifiedFile.Read(hop.Far, hop.Far.OutputFile).AssertComplete(Images);
    }
}
