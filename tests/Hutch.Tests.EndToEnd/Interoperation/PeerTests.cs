using System.Text.Json;
using System.Text.RegularExpressions;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Interoperation;

/// <summary>
/// Each program of the data path between independent peers, which were written in another language from the description of the formats: raw UDP
/// sockets, pyzmq, shared memory and protobuf decoded by hand.
/// </summary>
public class PeerTests
{
    [Theory]
    [InlineData("jungfrau")]
    [InlineData("eiger")]
    [InlineData("gigafrost")]
    [InlineData("gigafrost with padding")]
    public void A_receiver_takes_the_packets_of_a_foreign_detector_into_ring_and_channel(string kind)
    {
        const int slots = 24;
        using var detector = kind == "gigafrost with padding" ? SampleDetectors.Gigafrost(120, 1200) : SampleDetectors.Small(kind);
        using var receiver = ChildProcess.Hutch("run", "udp-receiver", "--config", detector.ConfigFile, "--module", "0", "--own-module-only", "--frame-slots", $"{slots}");

        using var peer = ChildProcess.Peer("detector_sender.py", detector.ConfigFile, $"{slots}");

        var found = Result(peer);
        Assert.True(found.Count("checked") > slots + 20);
        var summary = DataPath.Stop(receiver);
        Assert.Contains("0 dropped by the kernel", summary, StringComparison.Ordinal);
        Assert.DoesNotMatch(", 0 duplicate", summary);
        Assert.DoesNotMatch(", 0 of a wrong size", summary);
        Assert.DoesNotMatch(", 0 foreign", summary);
        Assert.Matches("taken with an unknown header version [1-9]", summary);
        detector.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("jungfrau")]
    [InlineData("eiger")]
    [InlineData("gigafrost")]
    [InlineData("gigafrost with padding")]
    public void A_simulator_sends_what_a_foreign_receiver_expects(string kind)
    {
        const int images = 4;
        using var detector = kind == "gigafrost with padding" ? SampleDetectors.Gigafrost(120, 400) : SampleDetectors.Small(kind);
        var found = Send(detector, images, out var sent);

        Assert.Equal((sent["packets"], 0, 0, 0, 0), (found.Count("packets"), found.Count("duplicates"), found.Count("wrong_size"), found.Count("foreign"), found.Count("out_of_order")));
    }

    [Theory]
    [InlineData("jungfrau")]
    [InlineData("gigafrost")]
    public void A_simulator_makes_the_faults_that_it_counts(string kind)
    {
        using var detector = SampleDetectors.Small(kind);

        var found = Send(detector, 6, out var sent, "--loss", "0.1", "--duplicate", "0.1", "--reorder", "0.1", "--wrong-size", "0.1", "--foreign", "0.1");

        Assert.DoesNotContain(0, sent.Values);
        Assert.Equal(sent["packets"] - sent["dropped"], found.Count("packets"));
        Assert.Equal((sent["twice"], sent["of a wrong size"], sent["foreign"]), (found.Count("duplicates"), found.Count("wrong_size"), found.Count("foreign")));
        Assert.InRange(found.Count("out_of_order"), 1, sent["reordered"]);
    }

    [Theory]
    [InlineData("jungfrau")]
    [InlineData("eiger")]
    [InlineData("gigafrost")]
    public void A_foreign_program_reads_the_images_of_an_assembler(string kind)
    {
        const int images = 20;
        using var detector = SampleDetectors.Small(kind);
        using var path = new DataPath(detector);
        path.StartReceiver();
        path.StartAssembler();
        using var peer = ChildProcess.Peer("image_reader.py", detector.ConfigFile, DataPath.ImageSlots, $"{images}");
        path.WaitUntilConnected();

        var sent = path.Simulate(images, 15, "--loss", "0.002").Output;

        var found = Result(peer);
        Assert.Equal(images, found.Count("images"));
        Assert.Contains($": {found.Count("missing_packets")} dropped", sent, StringComparison.Ordinal);
        Assert.InRange(found.Count("flagged"), 1, images);
        DataPath.Stop(path.Assembler!);
        DataPath.Stop(path.Receivers[0]);
        detector.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(16, false)]
    [InlineData(32, true)]
    public void A_writer_writes_the_images_of_a_foreign_assembler(int bitDepth, bool writerFirst)
    {
        const int images = 20;
        using var detector = SampleDetectors.Eiger(bitDepth: bitDepth);
        using var path = new DataPath(detector);
        if (writerFirst)
        {
            path.StartWriter(images);
            Wait.Until(() => File.Exists(detector.OutputFile) || path.Writer!.HasExited, path.Writer!.ToString);
        }
        using var peer = ChildProcess.Peer("image_source.py", detector.ConfigFile, DataPath.ImageSlots, $"{images}");
        peer.WaitForOutput("bound");
        if (!writerFirst)
            path.StartWriter(images);

        var summary = path.Writer!.Succeed().Everything;

        Assert.Contains($"{images} of {images} images in {detector.OutputFile}, 4 with packets missing, 0 overwritten", summary, StringComparison.Ordinal);
        Assert.Contains("does the sender have the same configuration?", summary, StringComparison.Ordinal);
        peer.WaitForOutput("sent");
        peer.CloseInput();
        Assert.Contains("the ring is still there", peer.Succeed().Output, StringComparison.Ordinal);
        detector.AssertNothingIsLeft();
        var file = VerifiedFile.Read(detector, detector.OutputFile);
        Assert.Equal((images, 1, images, 4, 4 * 4), (file.Images, file.FirstId, file.LastId, file.Flagged, file.MissingPackets));
    }

    // Runs a simulator against the foreign receiver.
    private static JsonElement Send(TestDetector detector, int images, out Dictionary<string, long> sent, params string[] faults)
    {
        using var peer = ChildProcess.Peer("packet_receiver.py", detector.ConfigFile, $"{images}");
        peer.WaitForOutput("listening");
        using var simulator = ChildProcess.Hutch(["run", "udp-simulator", "--config", detector.ConfigFile, "--images", $"{images}", "--rate", "8", .. faults]);
        var summary = simulator.Succeed().Output;
        // "6 images, 1536 packets: 151 dropped, 148 twice, ..."
        sent = Regex.Matches(summary, @"(\d+) (images|packets|dropped|twice|reordered|of a wrong size|foreign)").ToDictionary(m => m.Groups[2].Value, m => long.Parse(m.Groups[1].Value));
        Assert.Equal(images, sent["images"]);
        peer.CloseInput();
        return Result(peer);
    }

    private static JsonElement Result(ChildProcess peer)
    {
        var line = peer.Succeed().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        var result = JsonDocument.Parse(line).RootElement;
        Assert.Empty(result.GetProperty("errors").EnumerateArray().Select(e => e.GetString()));
        return result;
    }
}
