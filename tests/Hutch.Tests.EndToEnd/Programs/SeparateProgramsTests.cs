using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Programs;

/// <summary>The data path as it is deployed: every program a process, started in any order.</summary>
public class SeparateProgramsTests
{
    private const int Images = 20;

    [Theory]
    [InlineData("jungfrau", "receiver assembler writer")]
    [InlineData("eiger", "writer assembler receiver")]
    [InlineData("gigafrost", "assembler receiver writer")]
    public void Programs_that_were_started_in_any_order_bring_images_to_a_file(string kind, string order)
    {
        using var detector = SampleDetectors.Small(kind);
        using var path = new DataPath(detector);
        foreach (var program in order.Split(' '))
            Start(path, program);
        path.WaitUntilConnected();

        path.Simulate(Images, 20);

        Assert.Contains($"{Images} of {Images} images", path.Writer!.Succeed().Output, StringComparison.Ordinal);
        Assert.Contains($"{Images} images, 0 given up, 0 overwritten", DataPath.Stop(path.Assembler!), StringComparison.Ordinal);
        foreach (var receiver in path.Receivers)
            Assert.Contains($"{Images * detector.ActiveModules.Count() / path.Receivers.Count} complete frames, 0 incomplete", DataPath.Stop(receiver), StringComparison.Ordinal);
        detector.AssertNothingIsLeft();
        VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(Images);
    }

    [Fact]
    public void Programs_that_are_ended_in_the_middle_of_a_run_leave_a_file_that_opens()
    {
        using var detector = SampleDetectors.Eiger();
        using var path = new DataPath(detector);
        path.StartReceivers();
        path.StartAssembler();
        path.StartWriter(images: 100_000);
        path.WaitUntilConnected();
        var simulator = path.StartSimulator(0, 25, "--loss", "0.001");
        // A flush of the file shows that images are in it.
        path.Writer!.WaitForOutput("writing ");
        Wait.Until(() => new FileInfo(detector.OutputFile).Length > 1_000_000, path.Writer.ToString);

        DataPath.Stop(path.Receivers[0], ChildProcess.SigInt);
        DataPath.Stop(path.Assembler!);
        var written = DataPath.Stop(path.Writer!, ChildProcess.SigInt);
        DataPath.Stop(simulator, ChildProcess.SigInt);

        foreach (var receiver in path.Receivers.Skip(1))
            DataPath.Stop(receiver);
        detector.AssertNothingIsLeft();
        var file = VerifiedFile.Read(detector, detector.OutputFile);
        Assert.Contains($"{file.Images} of 100000 images", written, StringComparison.Ordinal);
        Assert.InRange(file.Images, 1, 99_999);
    }

    [Fact]
    public void A_receiver_that_is_started_again_goes_on_with_the_same_assembler_and_writer()
    {
        using var detector = SampleDetectors.Eiger();
        using var path = new DataPath(detector);
        path.StartReceiver();
        path.StartAssembler();
        path.StartWriter(Images);
        path.WaitUntilConnected();
        path.Simulate(10, 20);
        foreach (var receiver in path.Receivers)
            DataPath.Stop(receiver);
        path.Receivers.Clear();

        path.StartReceiver();
        path.WaitUntilConnected();
        path.Simulate(Images - 10, 20, "--first-image", "11");

        path.Writer!.Succeed();
        DataPath.Stop(path.Assembler!);
        DataPath.Stop(path.Receivers[0]);
        detector.AssertNothingIsLeft();
        VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(Images);
    }

    private static void Start(DataPath path, string program)
    {
        switch (program)
        {
            case "receiver":
                path.StartReceivers();
                break;
            case "assembler":
                path.StartAssembler();
                break;
            default:
                path.StartWriter(Images);
                break;
        }
    }
}
