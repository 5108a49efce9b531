using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Programs;

/// <summary>The compressor as a program of its own.</summary>
public class CompressorTests
{
    private const int Images = 20;

    [Fact]
    public void Programs_with_a_compressor_between_them_bring_images_to_a_file()
    {
        using var detector = SampleDetectors.Jungfrau();
        using var path = new DataPath(detector);
        path.StartWriter(Images, "--compressed");
        path.StartCompressor("--workers", "3");
        path.StartReceivers();
        path.StartAssembler();
        path.WaitUntilConnected();

        path.Simulate(Images, 15);

        Assert.Contains($"{Images} of {Images} images", path.Writer!.Succeed().Output, StringComparison.Ordinal);
        Assert.Contains($"{Images} images compressed, 0 incompressible, 0 overwritten, 0 missed", DataPath.Stop(path.Compressor!), StringComparison.Ordinal);
        DataPath.Stop(path.Assembler!);
        path.Receivers.ForEach(r => DataPath.Stop(r));
        detector.AssertNothingIsLeft();
        VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(Images);
    }

    [Fact]
    public void A_writer_that_stood_still_leaves_out_what_was_overwritten_meanwhile_and_says_how_many()
    {
        const int images = 90;
        var left = int.Parse(DataPath.ImageSlots);
        using var detector = SampleDetectors.Eiger();
        using var path = new DataPath(detector);
        path.StartWriter(images, "--compressed");
        path.StartCompressor();
        path.StartReceiver();
        path.StartAssembler();
        path.WaitUntilConnected();

        path.Writer!.Signal(ChildProcess.SigStop);
        path.Simulate(images, 60);
        path.Compressor!.Signal(ChildProcess.SigTerm);
        Assert.Contains($"{images} images compressed", path.Compressor.Succeed().Output, StringComparison.Ordinal);
        path.Writer.Signal(ChildProcess.SigCont);
        var summary = path.Writer.Succeed().Everything;

        Assert.Contains("was overwritten before it was in the file", summary, StringComparison.Ordinal);
        Assert.Matches($"{left} of {images} images .* {images - left} overwritten", summary);
        var file = VerifiedFile.Read(detector, detector.OutputFile);
        Assert.Equal((left, images - left + 1, images), (file.Images, file.FirstId, file.LastId));
    }
}
