using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Live;

/// <summary>Live streams, watched by a program of another laboratory.</summary>
public class LiveStreamTests
{
    private const int SigStop = 19;
    private const int SigCont = 18;

    [Theory]
    [InlineData("eiger")]
    [InlineData("gigafrost")]
    public void Every_stream_carries_the_images_that_its_rule_selects(string kind)
    {
        const int images = 40;
        using var detector = SampleDetectors.Small(kind);
        var addresses = Addresses(detector, """{"type": "forward"}""", """{"type": "batch", "config": [2, 5]}""", """{"type": "periodic", "config": [1, 2]}""");
        using var path = new DataPath(detector);
        path.StartReceiver();
        path.StartAssembler();
        // A watcher that gets no processor for a while must miss none here.
        using var live = ChildProcess.Hutch("run", "live-stream", "--config", detector.ConfigFile, "--image-slots", DataPath.ImageSlots, "--queue", $"{images}");
        using var forward = ChildProcess.Peer("live_watcher.py", detector.ConfigFile, addresses[0], $"{images}");
        using var batch = ChildProcess.Peer("live_watcher.py", detector.ConfigFile, addresses[1], "16");
        using var periodic = ChildProcess.Peer("live_watcher.py", detector.ConfigFile, addresses[2], "3");
        path.WaitUntilConnected(imageReaders: 3);
        foreach (var address in addresses)
            live.WaitForOutput($"live-stream-{detector.Name}-{address.Split(':')[^1]}: subscribers: 1");

        path.Simulate(images, 15);

        Assert.Equal(Enumerable.Range(1, images), Frames(forward));
        Assert.Equal(Enumerable.Range(1, images).Where(i => i % 5 < 2), Frames(batch));
        // Twice a second of 15 images a second: far from each other, however uneven the machine.
        Assert.All(Frames(periodic).Zip(Frames(periodic).Skip(1)), pair => Assert.True(pair.Second - pair.First > 1));
        Assert.Contains($"{addresses[0]}: {images} images sent, 0 not selected, 0 late, 0 overwritten, 0 dropped", DataPath.Stop(live), StringComparison.Ordinal);
        DataPath.Stop(path.Assembler!);
        DataPath.Stop(path.Receivers[0]);
        detector.AssertNothingIsLeft();
    }

    [Fact]
    public void Somebody_who_watches_and_stands_still_costs_only_himself_images()
    {
        const int images = 60;
        using var detector = SampleDetectors.Jungfrau();
        var addresses = Addresses(detector, """{"type": "forward"}""");
        using var path = new DataPath(detector);
        path.StartReceiver();
        path.StartAssembler();
        path.StartWriter(images);
        using var live = ChildProcess.Hutch("run", "live-stream", "--config", detector.ConfigFile, "--image-slots", DataPath.ImageSlots);
        using var asleep = ChildProcess.Peer("live_watcher.py", detector.ConfigFile, addresses[0], "4");
        path.WaitUntilConnected(imageReaders: 2);
        live.WaitForOutput("subscribers: 1");
        asleep.Signal(SigStop);

        path.Simulate(images, 15);

        path.Writer!.Succeed();
        live.WaitForOutput("a viewer missed image");
        asleep.Signal(SigCont);
        // As many as the queue of a subscriber is sure to hold; what the sockets of the two hold besides is the kernel's to say.
        Assert.Equal([1, 2, 3, 4], Frames(asleep));
        DataPath.Stop(live);
        VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(images);
    }

    private static List<string> Addresses(TestDetector detector, params string[] rules)
    {
        var port = FreePorts.Tcp(rules.Length);
        var addresses = rules.Select((_, i) => $"tcp://127.0.0.1:{port + i}").ToList();
        detector.Configuration["live_stream_configs"] = new JsonObject(addresses.Zip(rules, (a, r) => KeyValuePair.Create(a, JsonNode.Parse(r))));
        detector.Save();
        return addresses;
    }

    private static List<int> Frames(ChildProcess watcher)
    {
        var result = JsonDocument.Parse(watcher.Succeed().Output).RootElement;
        Assert.Empty(result.GetProperty("errors").EnumerateArray().Select(e => e.GetString()));
        return [.. result.GetProperty("frames").EnumerateArray().Select(f => f.GetInt32())];
    }
}
