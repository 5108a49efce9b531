using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Demo;

/// <summary>
/// What a newcomer types. The built-in detectors have fixed names and ports, so each runs on a network and with folders of its own.
/// </summary>
public class BuiltInDetectorTests
{
    private const string Script = """
        mount -t tmpfs none /mnt
        mkdir /mnt/hutch /mnt/out
        mount --bind "$ROOT" /mnt/hutch
        mount --bind "$OUT" /mnt/out
        mount -t tmpfs none /tmp
        mount -t tmpfs none /dev/shm
        cd /
        /mnt/hutch/hutch demo $OPTIONS --images 50 --rate 25 --output /tmp/a.h5
        "$PYTHON" /mnt/hutch/tests/peers/verify_images.py /mnt/out/daq.json /tmp/a.h5 > /mnt/out/verified.json
        ls /dev/shm > /mnt/out/left
        find /tmp -type s >> /mnt/out/left
        """;

    private static readonly Dictionary<string, string> Configurations = new()
    {
        ["jungfrau"] = """
            "n_modules": 2, "image_pixel_height": 1062, "image_pixel_width": 1024,
            "module_positions": { "0": [0, 0, 1023, 511], "1": [0, 550, 1023, 1061] }
            """,
        ["eiger"] = """
            "n_modules": 4, "image_pixel_height": 514, "image_pixel_width": 1030,
            "module_positions": { "0": [0, 0, 513, 255], "1": [516, 0, 1029, 255], "2": [0, 513, 513, 258], "3": [516, 513, 1029, 258] }
            """,
        ["gigafrost"] = """
            "n_modules": 8, "image_pixel_height": 2016, "image_pixel_width": 2016, "module_positions": {}
            """,
    };

    [Theory]
    [InlineData("jungfrau", "")]    // the default
    [InlineData("eiger", "--detector eiger")]
    [InlineData("gigafrost", "--detector gigafrost")]
    public void A_built_in_detector_is_taken_to_a_file_that_h5py_reads(string kind, string options)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["daq.json"],
            $$"""{ "detector_name": "demo-{{kind}}", "detector_type": "{{kind}}", "bit_depth": 16, "start_udp_port": 50000, {{Configurations[kind]}} }""");

        using var demo = Namespaces.MountsAndNetwork(Script, ("ROOT", Repository.Root), ("OUT", folder.Path), ("OPTIONS", options));
        demo.Succeed();

        VerifiedFile.Parse(File.ReadAllText(folder["verified.json"])).AssertComplete(50);
        Assert.Equal("", File.ReadAllText(folder["left"]));
        Assert.Contains($"demo-{kind}", demo.Output, StringComparison.Ordinal);
        Assert.Contains("50 of 50 written, 0 with missing packets, 0 lost", demo.Output, StringComparison.Ordinal);
        Assert.Contains("every pixel in the file is as sent", demo.Output, StringComparison.Ordinal);
        Assert.Contains("/tmp/a.h5", demo.Output, StringComparison.Ordinal);
    }
}
