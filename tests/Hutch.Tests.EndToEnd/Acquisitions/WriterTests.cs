using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Acquisitions;

/// <summary>What a writer can do beyond writing one file as the user who started it.</summary>
public class WriterTests
{
    private const int Images = 20;
    private const int Nobody = 65534;

    [Fact]
    public void Two_writers_share_a_run()
    {
        using var detector = SampleDetectors.Eiger();
        detector.Configuration["number_of_writers"] = 2;
        detector.Save();
        using var path = new DataPath(detector);

        Run(path);

        for (var i = 0; i < 2; i++)
        {
            var file = VerifiedFile.Read(detector, $"{detector.OutputFile}{i}.h5");
            Assert.Equal((Images / 2, i + 1, Images - 1 + i), (file.Images, file.FirstId, file.LastId));
        }
        detector.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(false, 2 * Images)]
    [InlineData(true, 2 * Images)]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    public void A_file_can_be_read_while_it_grows(bool compressed, int images)
    {
        using var detector = SampleDetectors.Eiger();
        using var path = new DataPath(detector);
        path.StartReceiver();
        path.StartAssembler();
        if (compressed)
            path.StartCompressor();
        path.StartWriter(images, compressed ? ["--compressed"] : []);
        path.WaitUntilConnected();
        path.Writer!.WaitForOutput("writing ");
        using var reader = ChildProcess.Start("/usr/bin/python3", ["-c", $"""
            import h5py, sys, time
            {(compressed ? "import bitshuffle.h5" : "")}
            file = h5py.File(sys.argv[1], "r", swmr=True)
            data, ids, seen = file["{detector.Name}/data"], file["{detector.Name}/image_id"], []
            print("reading", flush=True)
            deadline = time.time() + 60
            while (not seen or seen[-1] < {images}) and time.time() < deadline:
                ids.refresh(); data.refresh()
                if ids.shape[0] and (not seen or seen[-1] != ids.shape[0]):
                    assert all(image.any() for image in data[:ids.shape[0]])
                    seen.append(ids.shape[0])
                    print(ids.shape[0], flush=True)
                time.sleep(0.02)
            """, detector.OutputFile]);
        reader.WaitForOutput("reading");

        var half = images / 2;
        if (half > 0)
        {
            path.Simulate(half, 10);
            reader.WaitForOutput(@"reading\n\d+");
        }
        path.Simulate(images - half, 10, "--first-image", $"{half + 1}");

        path.Writer.Succeed();
        var lengths = reader.Succeed().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.True(images == 1 || lengths.Length > 1, "the file did not grow for the reader");
        Assert.Equal($"{images}", lengths[^1]);
        VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(images);
    }

    [Fact]
    public void A_file_belongs_to_the_user_of_the_configuration()
    {
        using var detector = SampleDetectors.Eiger();
        detector.Configuration["writer_user_id"] = Nobody;
        detector.Save();
        ChangeMode(detector, "0777");
        using var path = new DataPath(detector);

        Run(path);

        using var owner = ChildProcess.Start("stat", ["-c", "%u", detector.OutputFile]);
        Assert.Equal($"{Nobody}", owner.Succeed().Output.Trim());
        VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(Images);
        detector.AssertNothingIsLeft();
    }

    [Fact]
    public void A_file_where_that_user_may_not_write_is_refused_though_the_writer_could()
    {
        using var detector = SampleDetectors.Eiger();
        detector.Configuration["writer_user_id"] = Nobody;
        detector.Save();
        ChangeMode(detector, "0755");
        using var writer = ChildProcess.Hutch("run", "writer", "--config", detector.ConfigFile, "--output", detector.OutputFile, "--images", "5", "--image-slots", "10");

        Assert.Equal(1, writer.WaitForExit());

        Assert.Contains($"user {Nobody} cannot write into {detector.Folder.Path}", writer.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(detector.OutputFile));
        detector.AssertNothingIsLeft();
    }

    [Fact]
    public void An_id_that_wraps_begins_again_at_0()
    {
        using var detector = SampleDetectors.Small("gigafrost");
        using var path = new DataPath(detector);

        Run(path, "--first-image", "4294967286");

        using var reader = ChildProcess.Start("/usr/bin/python3", ["-c", $"""
            import h5py, json, sys
            g = h5py.File(sys.argv[1])["{detector.Name}"]
            print(g["image_id"][:].tolist() == [*range(2**32 - 10, 2**32), *range(10)], json.loads(g["ledger"][()])["adds_up"])
            """, detector.OutputFile]);
        Assert.Equal("True True", reader.Succeed().Output.Trim());
        detector.AssertNothingIsLeft();
    }

    private static void ChangeMode(TestDetector detector, string mode)
    {
        using var chmod = ChildProcess.Start("chmod", [mode, detector.Folder.Path]);
        chmod.Succeed();
    }

    private static void Run(DataPath path, params string[] simulation)
    {
        path.StartReceiver();
        path.StartAssembler();
        path.StartWriter(Images);
        path.Writer!.WaitForOutput("writing ");
        path.WaitUntilConnected();
        path.Simulate(Images, 15, simulation);
        Assert.Contains($"{Images} of {Images} images", path.Writer.Succeed().Output, StringComparison.Ordinal);
        DataPath.Stop(path.Assembler!);
        DataPath.Stop(path.Receivers[0]);
    }
}
