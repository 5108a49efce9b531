using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Writing;
using Hutch.Streams;

namespace Hutch.Bench.Detectors;

/// <summary>Images from a ring into an HDF5 file on tmpfs, against a bare loop of write(2) over the same images; processor time on one processor.</summary>
/// <param name="megabytes">The size of an image: 2, 8 or 32 MiB.</param>
/// <param name="bar">The ratio that is to be reached.</param>
public sealed unsafe class WriterBenchmark(int megabytes, double bar) : Benchmark
{
    private const int Columns = 1024;

    private readonly DaqConfiguration _configuration = ExampleConfigurations.Create("jungfrau", 1) with
    {
        DetectorName = $"bench-{Environment.ProcessId}",
        ImageWidth = Columns,
        ImageHeight = megabytes << 9,
    };
    private readonly string _folder = $"/dev/shm/hutch-bench-{Environment.ProcessId}";
    private readonly int _images = 512 / megabytes;
    private readonly int _slots = 128 / megabytes;
    private Ring? _ring;

    public override string Name => $"writer-{megabytes}mb";

    public override string Description => $"processor time of an image: write(2) / ours into HDF5 by direct chunk writes (images of {megabytes} MiB, tmpfs)";

    public override double Bar => bar;

    public override IReadOnlyList<string> Packages => BareLoops.Packages;

    public override int Samples => 9;

    public override void Prepare()
    {
        Processors.Pin(1);
        Directory.CreateDirectory(_folder);
        _ring = Ring.ForProducer(_configuration.DetectorName, _configuration.ImageBytes, _slots);
        for (var id = 0UL; id < (ulong)_slots; id++)
            new Random((int)id).NextBytes(_ring.SlotSpan(id));
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var ours = ThreadTime.Of(Ours);
        var other = ThreadTime.Of(Write);
        var bytes = _images * _configuration.ImageBytes;
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ours {bytes / ours.TotalSeconds / 1e9:0.00} GB/s, reference {bytes / other.TotalSeconds / 1e9:0.00} GB/s"));
        return other / ours;
    }

    protected override void Dispose(bool disposing)
    {
        _ring?.Dispose();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        Processors.Unpin();
    }

    private void Ours()
    {
        var path = Path.Combine(_folder, "ours.h5");
        using (var file = ImageFile.Create(_configuration, path))
        {
            for (var id = 0UL; id < (ulong)_images; id++)
            {
                file.Write(_ring!.SlotSpan(id));
                file.Keep(id, ImageStatus.GoodImage);
            }
            file.Flush();
        }
        File.Delete(path);
    }

    private void Write()
    {
        var write = (delegate* unmanaged<byte*, byte*, long, int, int, long>)BareLoops.Find("write_images");
        fixed (byte* path = Encoding.UTF8.GetBytes(Path.Combine(_folder, "bare") + '\0'))
        {
            if (write(path, _ring!.Slot(0), _configuration.ImageBytes, _slots, _images) != _images)
                throw new InvalidOperationException("write(2) failed");
        }
    }
}
