using System.Globalization;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Writing;
using Hutch.Streams;

namespace Hutch.Bench.Detectors;

/// <summary>Small images into one HDF5 file on tmpfs: what an image costs, and whether it stays the same with ever more of them.</summary>
/// <param name="images">How many.</param>
public sealed class SmallImagesBenchmark(int images) : Benchmark
{
    private static readonly TimeSpan Wanted = TimeSpan.FromMicroseconds(8);

    private readonly DaqConfiguration _configuration = ExampleConfigurations.Create("jungfrau", 1) with { DetectorName = "bench", ImageHeight = 64, ImageWidth = 64, ModulePositions = new Dictionary<int, ModulePosition>() };
    private readonly string _folder = $"/dev/shm/hutch-bench-{Environment.ProcessId}";
    private readonly byte[] _pixels = new byte[64 * 64 * sizeof(ushort)];

    public override string Name => $"writer-small-{images}";

    public override string Description => $"8 us / processor time of writing an image of 64 x 64 pixels, {images} of them in a file on tmpfs";

    public override double Bar => 1;

    public override int Samples => images > 100_000 ? 3 : 7;

    public override int WarmUps => 1;

    public override void Prepare()
    {
        Processors.Pin(1);
        Directory.CreateDirectory(_folder);
        new Random(1).NextBytes(_pixels);
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var path = Path.Combine(_folder, "small.h5");
        File.Delete(path);
        using var file = ImageFile.Create(_configuration, path);
        var metadata = new ImageMetadata { Size = (ulong)_pixels.Length };
        var (started, tenth, allocated) = (ThreadTime.Now, TimeSpan.Zero, GC.GetAllocatedBytesForCurrentThread());
        for (var id = 0; id < images; id++)
        {
            file.Write(_pixels, metadata);
            file.Keep((ulong)id, ImageStatus.GoodImage);
            if (id == images / 10)
                tenth = ThreadTime.Now - started;
        }
        var elapsed = ThreadTime.Now - started;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        file.Flush();
        log.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {elapsed.TotalMicroseconds / images:0.0} us an image, the first tenth {tenth.TotalMicroseconds / (images / 10.0):0.0} us; {(double)allocated / images:0.0} bytes allocated an image"));
        return Wanted / (elapsed / images);
    }

    protected override void Dispose(bool disposing)
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        Processors.Unpin();
    }
}
