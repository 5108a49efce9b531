using System.Text.RegularExpressions;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Demo;

/// <summary>A run that is interrupted, at whatever moment, leaves nothing behind but a file with the images so far.</summary>
public class InterruptTests
{
    private const int Images = 2000;   // more than can be taken before the signal

    /// <summary>Signals and moments.</summary>
    public static TheoryData<int, string> Moments => new()
    {
        { ChildProcess.SigInt, "at once" },
        { ChildProcess.SigInt, "first ring" },
        { ChildProcess.SigTerm, "first channel" },
        { ChildProcess.SigTerm, "last ring" },
        { ChildProcess.SigInt, "file" },
        { ChildProcess.SigTerm, "first image" },
        { ChildProcess.SigInt, "30 images" },
    };

    [Theory]
    [MemberData(nameof(Moments))]
    public void An_interrupted_run_leaves_nothing_but_a_file_that_opens(int signal, string moment)
    {
        using var detector = SampleDetectors.Eiger();
        using var demo = ChildProcess.Hutch(DemoCommand.Arguments(detector, Images, 25, "--loss", "0.001"));
        Wait.Until(() => Has(moment, detector, demo.Output), demo.ToString);

        demo.Signal(signal);

        // Before the program has taken the signals over, the system ends it.
        var exitCode = demo.WaitForExit();
        Assert.True(exitCode == 1 || (moment == "at once" && exitCode == 128 + signal), demo.ToString());
        detector.AssertNothingIsLeft();
        if (File.Exists(detector.OutputFile))
            AssertHoldsTheImagesSoFar(VerifiedFile.Read(detector, detector.OutputFile), demo, moment);
        else
            Assert.DoesNotContain("image", moment, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_signal_changes_nothing()
    {
        using var detector = SampleDetectors.Eiger();
        using var demo = ChildProcess.Hutch(DemoCommand.Arguments(detector, Images, 25));
        Wait.Until(() => Has("first image", detector, demo.Output), demo.ToString);

        demo.Signal(ChildProcess.SigInt);
        demo.Signal(ChildProcess.SigTerm);
        demo.Signal(ChildProcess.SigInt);

        Assert.True(demo.WaitForExit() == 1, demo.ToString());
        detector.AssertNothingIsLeft();
        AssertHoldsTheImagesSoFar(VerifiedFile.Read(detector, detector.OutputFile), demo, "first image");
    }

    private static bool Has(string moment, TestDetector detector, string output) => moment switch
    {
        "at once" => true,
        "first ring" => Directory.GetFiles("/dev/shm", $"{detector.Name}-*").Length > 0,
        "first channel" => Directory.GetFiles("/tmp", $"{detector.Name}-*").Length > 0,
        "last ring" => File.Exists($"/dev/shm/{detector.Name}-3"),
        "file" => File.Exists(detector.OutputFile),
        "first image" => ImagesWritten(output) > 0,
        "30 images" => ImagesWritten(output) >= 30,
        _ => throw new ArgumentException(moment, nameof(moment)),
    };

    // The display writes a line a second: "  1.0 s  24 images, 24.0 Hz, ...".
    private static int ImagesWritten(string output) =>
        Regex.Matches(output, @"^ *[\d.]+ s  (\d+) images", RegexOptions.Multiline).Select(m => int.Parse(m.Groups[1].Value)).LastOrDefault();

    private static void AssertHoldsTheImagesSoFar(VerifiedFile file, ChildProcess demo, string moment)
    {
        Assert.InRange(file.Images, moment switch { "first image" => 1, "30 images" => 30, _ => 0 }, Images - 1);
        Assert.Contains($"{file.Images} of {Images} written, {file.Flagged} with missing packets", demo.Output, StringComparison.Ordinal);
        Assert.Equal(file.Images, file.LastId - (file.Images > 0 ? file.FirstId - 1 : 0));
        Assert.Contains("Interrupted", demo.Errors, StringComparison.Ordinal);
    }
}
