using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Demo;

/// <summary>What keeps a run from starting is named with its value and the way out, and nothing is left behind.</summary>
public sealed class StartErrorTests : IDisposable
{
    private readonly TestDetector _detector = SampleDetectors.Eiger();

    public void Dispose() => _detector.Dispose();

    [Theory]
    [InlineData("demo")]
    [InlineData("udp-receiver")]
    public void A_busy_port_names_the_process_that_has_it(string program)
    {
        var port = _detector.Port + 2;
        using var other = new UdpClient(new IPEndPoint(IPAddress.Any, port));

        var error = Fail(1, program == "demo" ? DemoCommand.Arguments(_detector, 5, 10) : ["run", program, "--config", _detector.ConfigFile, "--frame-slots", "10"]);

        Assert.Contains($"udp port {port} is in use by pid {Environment.ProcessId} (", error, StringComparison.Ordinal);
        Assert.Contains("choose another start_udp_port or stop it", error, StringComparison.Ordinal);
        Assert.False(File.Exists(_detector.OutputFile));
    }

    [Fact]
    public void A_channel_that_another_run_of_the_same_detector_has()
    {
        using var first = ChildProcess.Hutch("run", "assembler", "--config", _detector.ConfigFile, "--frame-slots", "10", "--image-slots", "10");
        Wait.Until(() => File.Exists($"/tmp/{_detector.Name}-image"), first.ToString);

        using var second = ChildProcess.Hutch("run", "assembler", "--config", _detector.ConfigFile, "--frame-slots", "10", "--image-slots", "10");
        Assert.Equal(1, second.WaitForExit());
        Assert.Contains($"channel ipc:///tmp/{_detector.Name}-image cannot be bound: ", second.Errors, StringComparison.Ordinal);
        Assert.Contains("choose another detector_name", second.Errors, StringComparison.Ordinal);

        Assert.True(File.Exists($"/tmp/{_detector.Name}-image"), "the channel of the first run is gone");
        first.Signal(ChildProcess.SigTerm);
        first.Succeed();
        _detector.AssertNothingIsLeft();
    }

    [Fact]
    public void Shared_memory_that_is_too_small_names_the_ring_its_size_and_what_is_free()
    {
        using var demo = Namespaces.Mounts("""
            mount -t tmpfs -o size=8m none /dev/shm
            code=0
            "$HUTCH" demo --config "$CONFIG" --output "$OUT/a.h5" || code=$?
            ls -A /dev/shm > "$OUT/listing"
            exit $code
            """, ("OUT", _detector.Folder.Path), ("CONFIG", _detector.ConfigFile));

        Assert.True(demo.WaitForExit() == 1, demo.ToString());
        // 64 slots of 514 x 1030 pixels of 2 bytes.
        Assert.Contains($"ring {_detector.Name}-image needs 66.0 MiB of /dev/shm (64 slots of 1.0 MiB), but only 8.0 MiB are free; ask for fewer slots, or make it larger: "
            + "mount -o remount,size=", demo.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", demo.Errors, StringComparison.Ordinal);
        Assert.Equal("", File.ReadAllText(_detector.Folder["listing"]));
        Assert.False(File.Exists(_detector.Folder["a.h5"]));
        _detector.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("demo")]
    [InlineData("udp-receiver")]
    [InlineData("assembler")]
    [InlineData("udp-simulator")]
    [InlineData("writer")]
    public void A_wrong_configuration_names_every_wrong_field_at_once(string program)
    {
        _detector.Configuration["bit_depth"] = "sixteen";
        _detector.Configuration["start_udp_port"] = 99_999;
        _detector.Configuration["detector_type"] = "pilatus";
        _detector.Configuration["module_positions"]!["3"] = new JsonArray(1, 2);
        _detector.Configuration.Remove("image_pixel_height");
        _detector.Save();
        string[] output = ["--output", _detector.OutputFile, "--images", "5"];

        var error = Fail(1, program switch
        {
            "demo" => ["demo", "--config", _detector.ConfigFile, .. output],
            "writer" => ["run", "writer", "--config", _detector.ConfigFile, .. output],
            _ => ["run", program, "--config", _detector.ConfigFile],
        });

        Assert.Contains(_detector.ConfigFile, error, StringComparison.Ordinal);
        foreach (var part in new[] { "bit_depth is \"sixteen\"", "start_udp_port is 99999", "detector_type is \"pilatus\"", "module_positions[3] is [", "image_pixel_height is missing" })
            Assert.Contains(part, error, StringComparison.Ordinal);
        Assert.False(File.Exists(_detector.OutputFile));
    }

    [Fact]
    public void Modules_that_do_not_fit_are_named_each()
    {
        _detector.Configuration["module_positions"]!["1"] = new JsonArray(600, 0, 1113, 255);
        _detector.Configuration["module_positions"]!["2"] = new JsonArray(0, 513, 512, 258);
        _detector.Save();

        var error = Fail(1, DemoCommand.Arguments(_detector, 5, 10));

        Assert.Contains("module_positions[1] is [600, 0, 1113, 255], which is outside the image of 1030 x 514 pixels", error, StringComparison.Ordinal);
        Assert.Contains("module_positions[2] is [0, 513, 512, 258], but a module covers 514 x 256 pixels", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"detector_name\": ", "is not JSON: line 1")]
    [InlineData("[1, 2]", "must be an object")]
    [InlineData(null, "cannot be read")]
    public void A_configuration_that_is_none(string? text, string reason)
    {
        File.Delete(_detector.ConfigFile);
        if (text is not null)
            File.WriteAllText(_detector.ConfigFile, text);

        var error = Fail(1, "demo", "--config", _detector.ConfigFile);

        Assert.Contains(_detector.ConfigFile, error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    private string Fail(int exitCode, params string[] arguments)
    {
        using var program = ChildProcess.Hutch(arguments);
        Assert.True(program.WaitForExit() == exitCode, program.ToString());
        Assert.DoesNotContain("   at ", program.Errors, StringComparison.Ordinal);   // no stack trace
        _detector.AssertNothingIsLeft();
        return program.Errors;
    }
}
