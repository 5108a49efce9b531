using System.Text.Json;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Acquisitions;

/// <summary>The protocol between the driver of an acquisition and its writers, with an independent peer at either end.</summary>
public class WriterPeerTests
{
    private const int Images = 20;

    [Fact]
    public void A_foreign_driver_has_a_writer_make_its_file()
    {
        using var detector = SampleDetectors.Eiger(bitDepth: 16);
        using var path = new DataPath(detector);
        path.StartWriterAgent();
        using var driver = ChildProcess.Peer("writer_driver.py", detector.ConfigFile, DataPath.ImageSlots, $"{Images}", detector.OutputFile);

        Assert.Equal("{\"refused\": [true], \"done\": [true, true, true]}", driver.Succeed().Output.Trim());

        DataPath.Stop(path.Writers[0]);
        VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(Images);
        AssertOnlyTheRingIsLeft(detector);
    }

    [Fact]
    public void A_foreign_driver_divides_the_images_among_several_writers()
    {
        using var detector = SampleDetectors.Eiger(bitDepth: 16);
        detector.Configuration["number_of_writers"] = 2;
        detector.Save();
        using var path = new DataPath(detector);
        path.StartWriterAgent("--writer-id", "0");
        path.StartWriterAgent("--writer-id", "1");
        using var driver = ChildProcess.Peer("writer_driver.py", detector.ConfigFile, DataPath.ImageSlots, $"{Images}", detector.OutputFile, "2");

        Assert.Equal("{\"refused\": [true, true], \"done\": [true, true, true, true, true, true]}", driver.Succeed().Output.Trim());

        path.Writers.ForEach(w => DataPath.Stop(w));
        for (var i = 0; i < 2; i++)
        {
            var file = VerifiedFile.Read(detector, $"{detector.OutputFile}{i}.h5");
            Assert.Equal((Images / 2, i + 1, Images - 1 + i), (file.Images, file.FirstId, file.LastId));
        }
        AssertOnlyTheRingIsLeft(detector);
    }

    [Fact]
    public void A_driver_has_a_foreign_writer_make_the_file()
    {
        using var detector = SampleDetectors.Eiger(bitDepth: 16);
        using var path = new DataPath(detector);
        using var writer = ChildProcess.Peer("image_writer.py", detector.ConfigFile, DataPath.ImageSlots);
        writer.WaitForOutput("ready");
        path.StartReceiver();
        path.StartAssembler();
        path.StartDriver(Images);
        path.WaitUntilConnected();
        path.Simulate(Images, 20);

        Assert.Contains($"{Images} of {Images} images", path.Driver!.Succeed().Output, StringComparison.Ordinal);
        Assert.Equal([("create", 1), ("record", Images), ("confirm", 1), ("close", 1)],
            JsonSerializer.Deserialize<JsonElement[][]>(writer.Succeed().Output.Split('\n')[1])!.Select(a => (a[0].GetString()!, a[1].GetInt32())));
        DataPath.Stop(path.Assembler!);
        DataPath.Stop(path.Receivers[0]);
        VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(Images);
    }

    // The peer made it and leaves it; ours have removed all of theirs.
    private static void AssertOnlyTheRingIsLeft(TestDetector detector) =>
        Assert.DoesNotContain(detector.Leftovers(), f => !f.EndsWith("-image", StringComparison.Ordinal) && !f.Contains("-driver-", StringComparison.Ordinal));
}
