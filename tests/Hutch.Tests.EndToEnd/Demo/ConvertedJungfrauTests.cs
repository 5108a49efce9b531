using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Demo;

/// <summary>Corrected Jungfrau images, computed a second time by numpy from the same file of gains and pedestals.</summary>
public class ConvertedJungfrauTests
{
    [Theory]
    [InlineData("", "0")]
    [InlineData("upstream", "0.002")]
    public void Every_pixel_is_what_numpy_makes_of_it(string rule, string loss)
    {
        using var detector = SampleDetectors.Jungfrau(2);
        detector.Configuration["detector_type"] = "jungfrau-converted";
        detector.Configuration["gain_file"] = "gains of the detector.h5";   // in the configuration's folder
        if (rule.Length > 0)
            detector.Configuration["gain_rule"] = rule;
        detector.Save();
        using (var gains = ChildProcess.Peer("jungfrau_gains.py", detector.Folder["gains of the detector.h5"], "2"))
            gains.Succeed();

        var summary = DemoCommand.Run(detector, 10, 5, "--loss", loss, "--compress");

        var file = VerifiedFile.Read(detector, detector.OutputFile);
        Assert.Equal((10, summary.Count("packets_lost")), (file.Images, file.MissingPackets));
        Assert.Equal(loss == "0", file.MissingPackets == 0);
    }

    [Fact]
    public void Without_gains_nothing_starts()
    {
        using var detector = SampleDetectors.Jungfrau();
        detector.Configuration["detector_type"] = "jungfrau-converted";
        detector.Save();
        using var assembler = ChildProcess.Hutch("run", "assembler", "--config", detector.ConfigFile, "--frame-slots", "4", "--image-slots", "4");

        Assert.Equal(1, assembler.WaitForExit());
        Assert.Contains("names no gain_file", assembler.Errors, StringComparison.Ordinal);
        detector.AssertNothingIsLeft();
    }
}
