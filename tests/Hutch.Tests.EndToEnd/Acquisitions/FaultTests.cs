using System.Globalization;
using System.Text.RegularExpressions;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Acquisitions;

/// <summary>
/// A component of the data path dies, or stands still, in the middle of a run: the acquisition ends, the file opens, and the verifier finds
/// in it what its ledger says.
/// </summary>
public class FaultTests
{
    private const int Images = 60;
    private const int Rate = 20;

    [Theory]
    [InlineData("receiver")]
    [InlineData("assembler")]
    [InlineData("compressor")]
    public void A_component_that_is_killed_and_started_again_costs_images_and_not_the_run(string victim)
    {
        using var detector = SampleDetectors.Eiger();
        using var path = new DataPath(detector);
        Start(path, Images, compressed: true);
        var simulator = path.StartSimulator(0, Rate);
        // Compressed ones are smaller.
        WaitForImages(detector, path, 1);

        path.Kill(victim);
        path.Restart(victim);
        path.WaitUntilConnected();

        var summary = path.Driver!.Succeed();
        Assert.Contains($"{Images} of {Images} images", summary.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("does not add up", summary.Errors, StringComparison.Ordinal);
        StopAll(path, simulator);
        var file = VerifiedFile.Read(detector, detector.OutputFile);
        Assert.Equal(Images, file.Images);
        Assert.True(file.LastId - file.FirstId >= Images, "nothing was lost: the component was not killed in the middle");
        detector.AssertNothingIsLeft();
    }

    [Fact]
    public void A_writer_that_is_killed_fails_the_run_at_once_and_a_new_one_takes_the_next()
    {
        using var detector = SampleDetectors.Eiger();
        using var path = new DataPath(detector);
        Start(path, 100_000, compressed: false);
        var simulator = path.StartSimulator(0, Rate);
        WaitForImages(detector, path);

        path.Kill("writer");

        Assert.Equal(1, path.Driver!.WaitForExit());
        Assert.Contains("writer 0 has died", path.Driver.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(detector.OutputFile), "the file of a run that failed has the name of a complete one");
        Assert.InRange(VerifiedFile.Read(detector, detector.OutputFile + ".incomplete").Images, 1, 99_999);

        path.StartWriterAgent();
        path.StartDriver(10, "--overwrite");
        path.Driver.Succeed();
        StopAll(path, simulator);
        Assert.Equal(10, VerifiedFile.Read(detector, detector.OutputFile).Images);
        detector.AssertNothingIsLeft();
    }

    [Fact]
    public void A_driver_that_is_killed_leaves_a_file_that_the_next_one_has_closed_under_another_name()
    {
        using var detector = SampleDetectors.Eiger();
        using var path = new DataPath(detector);
        Start(path, 100_000, compressed: false);
        var simulator = path.StartSimulator(0, Rate);
        WaitForImages(detector, path);

        path.Kill("driver");
        path.StartDriver(10, "--overwrite");

        path.Driver!.Succeed();
        StopAll(path, simulator);
        Assert.InRange(VerifiedFile.Read(detector, detector.OutputFile + ".incomplete").Images, 1, 99_999);
        Assert.Equal(10, VerifiedFile.Read(detector, detector.OutputFile).Images);
        detector.AssertNothingIsLeft();
    }

    [Fact]
    public void A_detector_that_begins_anew_at_image_0_in_the_middle_of_a_run()
    {
        using var detector = SampleDetectors.Eiger();
        using var path = new DataPath(detector);
        Start(path, 40, compressed: false);
        path.Simulate(20, Rate, "--first-image", "500");
        path.Simulate(20, Rate, "--first-image", "0");

        Assert.Contains("40 of 40 images", path.Driver!.Succeed().Output, StringComparison.Ordinal);
        StopAll(path);
        using var reader = ChildProcess.Start("/usr/bin/python3", ["-c", $"""
            import h5py, json, sys
            g = h5py.File(sys.argv[1])["{detector.Name}"]
            ledger = json.loads(g["ledger"][()])
            print(g["image_id"][:].tolist() == [*range(500, 520), *range(20)], ledger["restarts"], ledger["adds_up"])
            """, detector.OutputFile]);
        Assert.Equal("True 1 True", reader.Succeed().Output.Trim());
        detector.AssertNothingIsLeft();
    }

    [Fact]
    public void A_disk_that_stands_still_is_told_of_and_costs_nothing_while_the_ring_lasts()
    {
        using var detector = SampleDetectors.Eiger();
        using var disk = new FrozenDisk(detector.Folder);
        using var path = new DataPath(detector);
        path.StartReceiver();
        path.StartAssembler();
        path.StartWriterAgent();
        path.StartDriverOf(disk["a.h5"], Images);
        path.WaitUntilConnected();
        var simulator = path.StartSimulator(Images, 8);
        path.Writers[0].WaitForOutput("writing ");

        disk.Freeze();
        path.Writers[0].WaitForOutput("has not returned for");
        disk.Thaw();

        path.Driver!.Succeed();
        simulator.Succeed();
        StopAll(path);
        VerifiedFile.Read(detector, disk["a.h5"]).AssertComplete(Images);
    }

    [Fact]
    public void Two_detectors_on_one_machine_do_not_meet()
    {
        using var one = SampleDetectors.Eiger();
        using var other = SampleDetectors.Jungfrau();
        using var first = new DataPath(one);
        using var second = new DataPath(other);
        foreach (var path in new[] { first, second })
            Start(path, 20, compressed: false);
        var simulators = new[] { first.StartSimulator(20, 10), second.StartSimulator(20, 10) };

        foreach (var (detector, path, simulator) in new[] { (one, first, simulators[0]), (other, second, simulators[1]) })
        {
            path.Driver!.Succeed();
            simulator.Succeed();
            StopAll(path);
            VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(20);
            detector.AssertNothingIsLeft();
        }
    }

    private static void Start(DataPath path, int images, bool compressed)
    {
        string[] more = compressed ? ["--compressed"] : [];
        path.StartReceivers();
        path.StartAssembler();
        if (compressed)
            path.StartCompressor();
        path.StartWriterAgent(more);
        path.StartDriver(images, more);
        path.Writers[0].WaitForOutput("writing ");
        path.WaitUntilConnected();
    }

    // So many uncompressed images that the file was flushed at least once, which is every second.
    private static void WaitForImages(TestDetector detector, DataPath path, long images = Rate * 3 / 2) =>
        Wait.Until(() => new FileInfo(detector.OutputFile).Length > images * 514 * 1030 * 2 || path.Driver!.HasExited, path.Driver!.ToString);

    private static void StopAll(DataPath path, ChildProcess? simulator = null)
    {
        if (simulator is not null)
            DataPath.Stop(simulator, ChildProcess.SigInt);
        foreach (var program in path.Running)
            DataPath.Stop(program);
    }
}
