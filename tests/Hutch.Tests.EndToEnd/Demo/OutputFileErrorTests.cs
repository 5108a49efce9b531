using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Demo;

/// <summary>An output file that cannot be written is a clear error, and never looks like a complete one.</summary>
public sealed class OutputFileErrorTests : IDisposable
{
    private readonly TestDetector _detector = SampleDetectors.Eiger();

    public void Dispose() => _detector.Dispose();

    [Fact]
    public void A_missing_folder()
    {
        var folder = _detector.Folder["not there"];

        var error = Fail(ChildProcess.Hutch("demo", "--config", _detector.ConfigFile, "--output", Path.Combine(folder, "a.h5")));

        Assert.Equal($"hutch demo: output file {folder}/a.h5: the folder {folder} does not exist; make it with: mkdir -p '{folder}'", error);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void A_folder_in_place_of_a_file()
    {
        var error = Fail(ChildProcess.Hutch("demo", "--config", _detector.ConfigFile, "--output", _detector.Folder.Path));

        Assert.Contains($"output file {_detector.Folder.Path} is a folder; give the name of a file in it", error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unwritable_folder()
    {
        var folder = Directory.CreateDirectory(_detector.Folder["read only"]).FullName;

        var error = Fail(Namespaces.Mounts("""
            mount --bind "$FOLDER" "$FOLDER"
            mount -o remount,bind,ro "$FOLDER"
            "$HUTCH" demo --config "$CONFIG" --output "$FOLDER/a.h5"
            """, ("FOLDER", folder), ("CONFIG", _detector.ConfigFile)));

        Assert.StartsWith($"hutch demo: output file {folder}/a.h5: user root cannot write into {folder}: ", error, StringComparison.Ordinal);
        Assert.EndsWith("choose another folder", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void A_file_that_exists_stays_when_the_writer_was_not_told_to_replace_it()
    {
        File.WriteAllText(_detector.OutputFile, "of yesterday");

        var error = Fail(ChildProcess.Hutch("run", "writer", "--config", _detector.ConfigFile, "--output", _detector.OutputFile, "--images", "5", "--image-slots", "10"));

        Assert.Contains($"output file {_detector.OutputFile} exists; ", error, StringComparison.Ordinal);
        Assert.Contains("--overwrite", error, StringComparison.Ordinal);
        Assert.Equal("of yesterday", File.ReadAllText(_detector.OutputFile));
    }

    [Fact]
    public void A_full_disk()
    {
        // Room for a few images of 1 MB.
        var demo = Namespaces.Mounts("""
            mkdir "$OUT/disk"
            mount -t tmpfs -o size=8m none "$OUT/disk"
            code=0
            "$HUTCH" demo --config "$CONFIG" --output "$OUT/disk/a.h5" --images 40 --rate 20 --json || code=$?
            ls -A "$OUT/disk" > "$OUT/listing"
            "$PYTHON" "$PEERS/verify_images.py" "$CONFIG" "$OUT/disk/a.h5.incomplete" > "$OUT/verified.json"
            exit $code
            """, ("OUT", _detector.Folder.Path), ("CONFIG", _detector.ConfigFile));
        var error = Fail(demo);

        var path = _detector.Folder["disk/a.h5"];
        var file = VerifiedFile.Parse(File.ReadAllText(_detector.Folder["verified.json"]));
        Assert.Equal("a.h5.incomplete\n", File.ReadAllText(_detector.Folder["listing"]));
        Assert.InRange(file.Images, 3, 7);
        Assert.Equal((1, file.Images), (file.FirstId, file.LastId));
        Assert.Contains($"writing {path} failed: the disk of {path} is full: ", error, StringComparison.Ordinal);
        Assert.Contains("make room or write elsewhere", error, StringComparison.Ordinal);
        Assert.Contains($"{file.Images} of 40 images are in {path}.incomplete", error, StringComparison.Ordinal);
        Assert.Contains($"\"images_written\": {file.Images},", demo.Output, StringComparison.Ordinal);
        Assert.Contains("\"state\": \"FAILED\"", demo.Output, StringComparison.Ordinal);
    }

    private string Fail(ChildProcess program)
    {
        using (program)
        {
            Assert.True(program.WaitForExit() == 1, program.ToString());
            Assert.DoesNotContain("   at ", program.Errors, StringComparison.Ordinal);   // no stack trace
            _detector.AssertNothingIsLeft();
            return program.Errors.TrimEnd();
        }
    }
}
