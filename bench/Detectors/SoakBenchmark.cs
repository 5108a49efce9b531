using System.Buffers.Text;
using System.Globalization;
using System.Net;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Compression;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Receiving;
using Hutch.Detectors.Simulation;
using Hutch.Services;

namespace Hutch.Bench.Detectors;

/// <summary>
/// Ten minutes (HUTCH_SOAK_SECONDS) of simulator, receiver, converter, synchroniser and compressor in this process: memory stays flat, the collector
/// never has to look at old objects, and nothing is lost.
/// </summary>
public sealed class SoakBenchmark : Benchmark
{
    private const double Rate = 100;          // images a second, about half of what two processors sustain with the simulator on them
    private const double AllowedGrowth = 1.02;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle _statm = File.OpenHandle("/proc/self/statm");
    private readonly DaqConfiguration _configuration = ExampleConfigurations.Create("jungfrau", 1) with { DetectorName = $"bench-{Environment.ProcessId}" };

    public override string Name => "soak";

    public override string Description => $"ten minutes at {Rate} Jungfrau images a second: 1 if memory is flat, no collection of generation 2 happens, and nothing is lost; else 0";

    public override double Bar => 1;

    public override int Samples => 1;

    public override int WarmUps => 0;

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var seconds = int.Parse(Environment.GetEnvironmentVariable("HUTCH_SOAK_SECONDS") ?? "600", CultureInfo.InvariantCulture);
        using var receiver = new UdpReceiver(_configuration, 0, new UdpReceiverOptions { Address = IPAddress.Loopback, FrameSlots = 100 });
        var (synchroniser, converters) = Assembler.Create(_configuration, new AssemblerOptions { FrameSlots = 100, RequestedImageSlots = 100 });
        using var compressor = new ImageCompressor(_configuration, new ImageCompressorOptions { ImageSlots = 100 });
        using var simulator = new UdpSimulator(_configuration, new UdpSimulatorOptions { Images = (int)(seconds * Rate), Rate = Rate, Pattern = new DiffractionPattern(1) });
        List<Service> services = [synchroniser, receiver, .. converters, compressor];
        services.ForEach(s => s.Start());
        Assert.True(SpinWait.SpinUntil(() => receiver.Subscribers > 0 && synchroniser.Subscribers > 0, TimeSpan.FromSeconds(20)), "the services did not connect");
        simulator.Start();
        Thread.Sleep(Settling);
        var (memory, highest, collections) = (Memory(), 0L, GC.CollectionCount(2));
        var (allocated, images) = (GC.GetTotalAllocatedBytes(), simulator.Counters.Images);
        while (simulator.State == ServiceState.Running)
        {
            Thread.Sleep(1000);
            highest = Math.Max(highest, Memory());
        }
        collections = GC.CollectionCount(2) - collections;
        allocated = (GC.GetTotalAllocatedBytes() - allocated) / Math.Max(1, simulator.Counters.Images - images);
        _ = SpinWait.SpinUntil(() => compressor.Counters.Compressed == simulator.Counters.Images, TimeSpan.FromSeconds(3));
        services.AsEnumerable().Reverse().ToList().ForEach(s => s.Stop());
        services.ForEach(s => s.WaitTillStopped(TimeSpan.FromSeconds(10)));
        var lost = simulator.Counters.Images - compressor.Counters.Compressed;
        log.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {simulator.Counters.Images} images, {lost} lost ({receiver.Counters.MissingPackets} packets; {receiver.Counters.KernelDrops} by the kernel); memory {memory >> 20} MiB, at most {highest >> 20}; {allocated} bytes allocated an image by all of them; {collections} collections of generation 2"));
        converters.ToList().ForEach(c => c.Dispose());
        synchroniser.Dispose();
        return lost == 0 && collections == 0 && highest <= AllowedGrowth * memory ? 1 : 0;
    }

    protected override void Dispose(bool disposing) => _statm.Dispose();

    // Resident pages, read without garbage of its own: ten minutes of that would be taken for growth.
    private long Memory()
    {
        Span<byte> text = stackalloc byte[128];
        var read = RandomAccess.Read(_statm, text, 0);
        var resident = text[..read][(text.IndexOf((byte)' ') + 1)..];
        return Utf8Parser.TryParse(resident, out long pages, out _) ? pages * Environment.SystemPageSize : throw new InvalidOperationException("/proc/self/statm is not as expected");
    }
}
