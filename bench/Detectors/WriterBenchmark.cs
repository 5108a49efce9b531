using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Writing;
using Hutch.Streams;

namespace Hutch.Bench.Detectors;

/// <summary>Images from a ring into an HDF5 file, against a reference that moves the same bytes.</summary>
public abstract unsafe class WriterBenchmark : Benchmark
{
    private const int Images = 64;
    private const int Slots = 16;

    private readonly DaqConfiguration _configuration = ExampleConfigurations.Create("gigafrost", 8) with { DetectorName = $"bench-{Environment.ProcessId}" };
    private readonly string _folder = $"/dev/shm/hutch-bench-{Environment.ProcessId}";
    private Ring? _ring;
    private byte* _copy;

    public override int Samples => 11;

    public override void Prepare()
    {
        Processors.Pin(1);
        Directory.CreateDirectory(_folder);
        _ring = Ring.ForProducer(_configuration.DetectorName, _configuration.ImageBytes, Slots);
        _copy = (byte*)NativeMemory.AlignedAlloc((nuint)(_configuration.ImageBytes * Slots), 4096);
        for (var id = 0UL; id < Slots; id++)
            new Random((int)id).NextBytes(_ring.SlotSpan(id));
    }

    protected double Sample(TextWriter log, string name, Func<TimeSpan> reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var (ours, other) = (Ours(), reference());
        var bytes = Images * _configuration.ImageBytes;
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ours {bytes / ours.TotalSeconds / 1e9:0.00} GB/s, {name} {bytes / other.TotalSeconds / 1e9:0.00} GB/s"));
        return other / ours;
    }

    protected TimeSpan Copy()
    {
        var started = Stopwatch.GetTimestamp();
        for (var id = 0UL; id < Images; id++)
            Buffer.MemoryCopy(_ring!.Slot(id), _copy + ((long)(id % Slots) * _configuration.ImageBytes), _configuration.ImageBytes, _configuration.ImageBytes);
        return Stopwatch.GetElapsedTime(started);
    }

    protected TimeSpan Dd()
    {
        var target = Path.Combine(_folder, "dd");
        File.Delete(target);
        // dd reads the ring round and round, as the writer does; a process start is part of it, as a run's start is part of ours.
        var script = $"for i in $(seq {Images / Slots}); do dd if=/dev/shm/{_ring!.Name} bs={_configuration.ImageBytes} count={Slots} status=none; done > '{target}'";
        var started = Stopwatch.GetTimestamp();
        using var dd = Process.Start("/bin/sh", ["-c", script]);
        dd.WaitForExit();
        var elapsed = Stopwatch.GetElapsedTime(started);
        return dd.ExitCode == 0 ? elapsed : throw new InvalidOperationException($"dd ended with {dd.ExitCode}");
    }

    protected override void Dispose(bool disposing)
    {
        _ring?.Dispose();
        NativeMemory.AlignedFree(_copy);
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        Processors.Unpin();
    }

    private TimeSpan Ours()
    {
        var path = Path.Combine(_folder, "ours.h5");
        File.Delete(path);
        var started = Stopwatch.GetTimestamp();
        using (var file = ImageFile.Create(_configuration, path))
        {
            for (var id = 0UL; id < Images; id++)
            {
                file.Write(_ring!.SlotSpan(id));
                file.Keep(id, ImageStatus.GoodImage);
            }
            file.Flush();
        }
        return Stopwatch.GetElapsedTime(started);
    }
}

/// <summary>Against dd.</summary>
public sealed class WriterDdBenchmark : WriterBenchmark
{
    public override string Name => "writer-vs-dd";

    public override string Description => "bytes a second: images from a ring into HDF5 by direct chunk writes / dd from the same ring into a file (tmpfs, one processor)";

    public override double Bar => 0.9;

    public override double Sample(TextWriter log) => Sample(log, "dd", Dd);
}

/// <summary>Against a copy in memory.</summary>
public sealed class WriterCopyBenchmark : WriterBenchmark
{
    public override string Name => "writer-vs-memcpy";

    public override string Description => "bytes a second: images from a ring into HDF5 on tmpfs / memcpy of the same images";

    public override double Bar => 0.2;

    public override double Sample(TextWriter log) => Sample(log, "memcpy", Copy);
}
