using System.Text.Json;
using System.Text.RegularExpressions;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Replication;

/// <summary>Programs of a replicated stream that die, or stand still, in the middle of a run.</summary>
public class FaultTests
{
    private const int SigKill = 9;
    private const int SigStop = 19;
    private const int SigCont = 18;
    private const int Parts = 3;

    [Fact]
    public void A_sender_that_is_killed_and_started_again_leaves_a_gap_that_is_counted()
    {
        using var run = new Run();
        run.WaitForImages();

        run.Sender.Signal(SigKill);
        run.Sender.WaitForExit();
        run.Sender = run.Hop.StartSender();
        run.Receiver.WaitForOutput("parts are missing before image");
        run.WaitForMoreImages();
        run.StopWriter();

        var file = run.Verify();
        var summary = DataPath.Stop(run.Receiver);
        // The ledger in the file names the stage at which the images between were lost.
        var stream = run.Ledger().GetProperty("stages").EnumerateArray().Single(s => s.GetProperty("stage").GetString() == "stream");
        Assert.True(stream.GetProperty("adds_up").GetBoolean(), $"{stream}");
        Assert.Equal(file.LastId - file.FirstId + 1 - file.Images, stream.GetProperty("lost").EnumerateObject().Sum(l => l.Value.GetInt64()));
        // Whatever is not in the file between its first and last image is in the count.
        Assert.True(Number(summary, @"images, (\d+) missing") >= file.LastId - file.FirstId + 1 - file.Images, $"{file}\n{summary}\n{run.Writer}");
        Assert.True(file.LastId - file.FirstId + 1 > file.Images, summary);
    }

    [Fact]
    public void A_receiver_that_is_killed_and_started_again_goes_on_with_the_same_writer()
    {
        using var run = new Run();
        run.WaitForImages();

        run.Receiver.Signal(SigKill);
        run.Receiver.WaitForExit();
        run.Receiver = run.Hop.StartReceiver();
        run.WaitForMoreImages();
        run.StopWriter();

        var file = run.Verify();
        Assert.True(file.LastId - file.FirstId + 1 > file.Images);
        // The pairs connect one after another, so that the first image may come in part.
        var summary = DataPath.Stop(run.Receiver);
        Assert.Contains(" 0 overwritten, 0 late parts", summary, StringComparison.Ordinal);
        Assert.InRange(Number(summary, @"(\d+) incomplete"), 0, Parts);
    }

    [Fact]
    public void What_a_full_queue_drops_at_the_sender_is_counted_on_both_sides()
    {
        const int images = 100;
        using var run = new Run(images, "--queue", "3");
        run.WaitForImages();

        run.Receiver.Signal(SigStop);
        run.Sender.WaitForOutput("a receiver missed image");
        run.Receiver.Signal(SigCont);
        run.Receiver.WaitForOutput("parts are missing before image");
        run.Simulator.Succeed();
        Wait.Until(() => run.HasArrived(images), run.Receiver.ToString);
        run.StopWriter();
        var received = DataPath.Stop(run.Receiver);
        var sent = DataPath.Stop(run.Sender);

        var dropped = Number(sent, @"(\d+) dropped");
        Assert.True(dropped > 0, sent);
        // What never was announced here cannot arrive there, and every other part that misses was dropped or overwritten.
        var neverThere = Parts * Number(sent, @"(\d+) image ids missing");
        Assert.True(dropped + Number(sent, @"(\d+) overwritten") + neverThere == Number(received, @"GB; (\d+) missing"), $"{run.Sender}\n{run.Receiver}");
        Assert.True(Number(sent, @"(\d+) parts sent") == Number(received, @"(\d+) parts received"), $"{run.Sender}\n{run.Receiver}");
        run.Verify();
    }

    private static long Number(string text, string pattern)
    {
        var match = Regex.Match(text, pattern);
        Assert.True(match.Success, $"no \"{pattern}\" in: {text}");
        return long.Parse(match.Groups[1].Value);
    }

    // A detector that runs without end, and a writer on the other side of a hop.
    private sealed class Run : IDisposable
    {
        private readonly DataPath _path;

        public Run(int images = 0, params string[] senderOptions)
        {
            Hop = new Hop(SampleDetectors.Eiger(modules: 2), Parts);
            _path = new DataPath(Hop.Near);
            _path.StartReceiver();
            _path.StartAssembler();
            Sender = Hop.StartSender(senderOptions);
            Receiver = Hop.StartReceiver();
            Writer = Hop.StartWriter(100_000);
            _path.WaitUntilConnected(imageReaders: Parts);
            Hop.WaitForReceivers(Sender, Parts);
            Receiver.WaitForOutput("subscribers: 1");
            Simulator = _path.StartSimulator(images, 12);
        }

        public Hop Hop { get; }

        public ChildProcess Sender { get; set; }

        public ChildProcess Receiver { get; set; }

        public ChildProcess Writer { get; }

        public ChildProcess Simulator { get; }

        // A flush of the file shows that images are in it.
        public void WaitForImages() => Wait.Until(() => File.Exists(Hop.Far.OutputFile) && new FileInfo(Hop.Far.OutputFile).Length > 10_000_000, Writer.ToString);

        public void WaitForMoreImages()
        {
            var before = new FileInfo(Hop.Far.OutputFile).Length;
            Wait.Until(() => new FileInfo(Hop.Far.OutputFile).Length > before + 10_000_000, Writer.ToString);
        }

        public void StopWriter()
        {
            DataPath.Stop(Writer);
            Assert.DoesNotContain("does not add up", Writer.Everything, StringComparison.Ordinal);
        }

        // What a slot holds stands beside the ring: a header of 64 bytes, then the id + 1 of each slot.
        public bool HasArrived(ulong id)
        {
            using var table = File.OpenRead($"/dev/shm/{Hop.Far.Name}-image.generations");
            table.Position = 64 + ((long)(id % ulong.Parse(DataPath.ImageSlots)) * 8);
            var word = new byte[8];
            table.ReadExactly(word);
            return BitConverter.ToUInt64(word) == id + 1;
        }

        public JsonElement Ledger()
        {
            using var reader = ChildProcess.Start("/usr/bin/python3",
                ["-c", "import h5py, sys; print(h5py.File(sys.argv[1], 'r')[sys.argv[2]]['ledger'][()].split(b'\\0')[0].decode())", Hop.Far.OutputFile, Hop.Far.Name]);
            return JsonDocument.Parse(reader.Succeed().Output).RootElement;
        }

        public VerifiedFile Verify() => VerifiedFile.Read(Hop.Far, Hop.Far.OutputFile);

        public void Dispose()
        {
            _path.Dispose();
            Hop.Dispose();
        }
    }
}
