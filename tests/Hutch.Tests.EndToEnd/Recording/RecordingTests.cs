using System.Text.Json;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Recording;

/// <summary>A recorded detector is a test case: hutch udp dump, analyse and replay.</summary>
public class RecordingTests
{
    private const int Images = 10;

    [Theory]
    [InlineData("jungfrau")]
    [InlineData("eiger")]
    [InlineData("gigafrost")]
    public void A_recording_says_what_was_sent_and_makes_the_same_file_again(string kind)
    {
        using var detector = SampleDetectors.Small(kind);
        var recording = detector.Folder["run.pcap"];
        var sent = Record(detector, recording, Images, 8);

        // What somebody else's program reads in it.
        using var reader = ChildProcess.Peer("pcap_reader.py", detector.ConfigFile, recording);
        var read = JsonDocument.Parse(reader.Succeed().Output).RootElement;
        Assert.Empty(read.GetProperty("errors").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal(sent, read.GetProperty("ports").EnumerateObject().Sum(p => p.Value.GetInt64()));
        Assert.InRange(read.GetProperty("seconds").GetDouble(), 0.8 * (Images - 1) / 8, 60);

        // What we make of it without being told what it is.
        var report = Analyse(recording);
        Assert.Equal(detector.ActiveModules.Select(m => detector.Port + m), report.Select(p => p.GetProperty("port").GetInt32()));
        Assert.All(report, p =>
        {
            Assert.Equal(kind, p.GetProperty("detector").GetString());
            Assert.Equal(16, p.GetProperty("bit_depth").GetInt32());
            Assert.Equal((Images, Images, 0L, 0L, 0L, 0L), (p.Count("frames"), p.Count("complete_frames"), p.Count("missing_packets"), p.Count("missing_frames"), p.Count("duplicates"), p.Count("unrecognised")));
            Assert.Equal((1, Images), (p.Count("first_image"), p.Count("last_image")));
        });

        // And what happens to it in the data path.
        using var path = new DataPath(detector);
        path.StartReceiver();
        path.StartAssembler();
        path.StartWriter(Images);
        path.WaitUntilConnected();
        using var replay = ChildProcess.Hutch("udp", "replay", recording, "--speed", "4");
        Assert.Contains($"{sent} packets sent", replay.Succeed().Output, StringComparison.Ordinal);
        path.Writer!.Succeed();
        DataPath.Stop(path.Assembler!);
        DataPath.Stop(path.Receivers[0]);
        detector.AssertNothingIsLeft();
        VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(Images);
    }

    [Fact]
    public void An_analysis_counts_what_the_network_did()
    {
        using var detector = SampleDetectors.Eiger();
        var recording = detector.Folder["faults.pcap"];
        Record(detector, recording, Images, 5, out var summary, "--loss", "0.05", "--duplicate", "0.05", "--wrong-size", "0.05");

        var report = Analyse(recording);

        Assert.Contains($"{report.Sum(p => p.Count("missing_packets"))} dropped, {report.Sum(p => p.Count("duplicates"))} twice", summary, StringComparison.Ordinal);
        Assert.Contains($"{report.Sum(p => p.Count("unrecognised"))} of a wrong size", summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_recording_is_an_error()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["notes.txt"], "no packets in here, and a few bytes more");

        using var analyse = ChildProcess.Hutch("udp", "analyse", folder["notes.txt"]);

        Assert.Equal(1, analyse.WaitForExit());
        Assert.Contains("is not a pcap file; record one with: hutch udp dump", analyse.Errors, StringComparison.Ordinal);
    }

    private static long Record(TestDetector detector, string recording, int images, double rate) => Record(detector, recording, images, rate, out _);

    // Records a simulated detector; gives the packets in the file.
    private static long Record(TestDetector detector, string recording, int images, double rate, out string summary, params string[] faults)
    {
        using var dump = ChildProcess.Hutch("udp", "dump", "--port", $"{detector.Port}", "--count", $"{detector.Modules}", "--output", recording);
        Wait.Until(() => dump.HasExited || Enumerable.Range(detector.Port, detector.Modules).All(IsBound), dump.ToString);
        using var simulator = ChildProcess.Hutch(["run", "udp-simulator", "--config", detector.ConfigFile, "--images", $"{images}", "--rate", $"{rate}", .. faults]);
        summary = simulator.Succeed().Output;
        Wait.Until(() => Enumerable.Range(detector.Port, detector.Modules).All(IsDrained), dump.ToString);
        var recorded = DataPath.Stop(dump, ChildProcess.SigInt);
        Assert.Contains(" 0 dropped by the kernel", recorded, StringComparison.Ordinal);
        return long.Parse(recorded.Split(' ')[0]);
    }

    private static List<JsonElement> Analyse(string recording)
    {
        using var analyse = ChildProcess.Hutch("udp", "analyse", recording, "--json");
        return [.. JsonDocument.Parse(analyse.Succeed().Output).RootElement.GetProperty("ports").EnumerateArray()];
    }

    private static bool IsBound(int port) => Line(port) is not null;

    // The fifth column is the queues: "00000000:00001200", bytes to send and to be read.
    private static bool IsDrained(int port) => Line(port)?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4].EndsWith(":00000000", StringComparison.Ordinal) == true;

    private static string? Line(int port) => File.ReadLines("/proc/net/udp").FirstOrDefault(l => l.Contains($":{port:X4} 00000000:0000", StringComparison.Ordinal));
}
