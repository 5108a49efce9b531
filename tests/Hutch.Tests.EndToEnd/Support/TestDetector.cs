using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Tests.EndToEnd.Support;

/// <summary>
/// A detector of one test: a DAQ configuration in a folder of its own, with a name and ports that nobody else has, so that tests run beside
/// each other and beside other programs.
/// </summary>
internal sealed class TestDetector : IDisposable
{
    private static int _count;

    public TestDetector(JsonObject configuration)
    {
        Name = $"e2e-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        Modules = (int)configuration["n_modules"]!;
        Port = FreePorts.Udp(Modules);
        configuration["detector_name"] = Name;
        configuration["start_udp_port"] = Port;
        configuration["submodule_info"] = new JsonObject();
        configuration["writer_user_id"] = 0;
        Configuration = configuration;
        Save();
    }

    public string Name { get; }

    public int Modules { get; }

    public int Port { get; }

    public JsonObject Configuration { get; }

    /// <summary>Bytes of an image.</summary>
    public long ImageBytes => (long)(int)Configuration["image_pixel_width"]! * (int)Configuration["image_pixel_height"]! * (int)Configuration["bit_depth"]! / 8;

    public TemporaryFolder Folder { get; } = new();

    public string ConfigFile => Folder["daq configuration.json"];

    public string OutputFile => Folder["images.h5"];

    public IEnumerable<int> ActiveModules => Configuration["module_positions"] is JsonObject { Count: > 0 } positions
        ? positions.Select(p => int.Parse(p.Key))
        : Enumerable.Range(0, Modules);

    /// <summary>Writes the configuration file again after a change.</summary>
    public void Save() => File.WriteAllText(ConfigFile, Configuration.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));

    /// <summary>What the data path of this detector has left behind on the machine.</summary>
    public IReadOnlyList<string> Leftovers() =>
    [
        .. Directory.GetFiles("/dev/shm", $"{Name}-*"),
        .. Directory.GetFiles("/tmp", $"{Name}-*"),
        .. Directory.GetFiles(Folder.Path, ".hutch-*"),
        .. Directory.GetDirectories("/proc").Where(IsOurs),
    ];

    public void AssertNothingIsLeft() => Assert.Empty(Leftovers());

    public void Dispose()
    {
        // Of a test that failed, and whose programs were killed, more than the folder may be left.
        foreach (var file in Directory.GetFiles("/dev/shm", $"{Name}-*").Concat(Directory.GetFiles("/tmp", $"{Name}-*")))
            File.Delete(file);
        Folder.Dispose();
    }

    // A process that was started with this detector's configuration.
    private bool IsOurs(string folder)
    {
        try
        {
            return char.IsAsciiDigit(folder["/proc/".Length]) && File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(ConfigFile, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;   // it has ended
        }
    }
}
