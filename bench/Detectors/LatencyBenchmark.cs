using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Hutch.Detectors.Acquisitions;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Receiving;
using Hutch.Detectors.Simulation;
using Hutch.Detectors.Writing;
using Hutch.Native.Sockets;
using Hutch.Native.Zmq;
using Hutch.Services;
using Hutch.Streams;

namespace Hutch.Bench.Detectors;

/// <summary>
/// How long an image takes: from its last packet to its announcement, and from there until it is written, with receiver, converter, synchroniser,
/// driver and writer at work in this process and an image every 10 ms.
/// </summary>
/// <param name="written">Whether the time from the announcement until the image is written counts, instead of that until the announcement.</param>
public sealed unsafe class LatencyBenchmark(bool written) : Benchmark
{
    private const int Images = 300;
    private const int Slots = 100;
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DaqConfiguration _configuration = ExampleConfigurations.Create("jungfrau", 1) with { DetectorName = $"bench-{Environment.ProcessId}" };
    private readonly string _folder = $"/dev/shm/hutch-bench-{Environment.ProcessId}";
    private readonly List<Service> _services = [];
    private readonly byte[] _message = new byte[512];
    private AcquisitionDriver? _driver;
    private ImageWriter? _writer;
    private ZmqSocket? _announced;
    private UdpSocket? _sender;
    private DatagramBatch? _packets;
    private byte* _frame;
    private ulong _id = 1;
    private int _files;

    public override string Name => written ? "latency-written" : "latency-announced";

    public override string Description => $"{Limit.TotalMilliseconds} ms / the 99th percentile of the time from {(written ? "the announcement of an image until it is written" : "the last packet of an image until it is announced")} (Jungfrau, an image every {Period.TotalMilliseconds} ms)";

    public override double Bar => 1;

    public override int Samples => 5;

    public override int WarmUps => 2;

    public override void Prepare()
    {
        Directory.CreateDirectory(_folder);
        var receiver = new UdpReceiver(_configuration, 0, new UdpReceiverOptions { Address = IPAddress.Loopback, FrameSlots = Slots });
        var (synchroniser, converters) = Assembler.Create(_configuration, new AssemblerOptions { FrameSlots = Slots, RequestedImageSlots = Slots });
        _writer = new ImageWriter(_configuration, new ImageWriterOptions { ImageSlots = Slots });
        _driver = new AcquisitionDriver(_configuration, new AcquisitionDriverOptions { ImageSlots = Slots });
        _services.AddRange([synchroniser, receiver, .. converters, _writer, _driver]);
        _services.ForEach(s => s.Start());
        _announced = MetadataChannel.Subscribe(StreamNames.Endpoint(StreamNames.Of(_configuration.DetectorName, StreamNames.Image)));
        Assert.True(SpinWait.SpinUntil(() => receiver.Subscribers > 0 && synchroniser.Subscribers > 1, Patience), "the services did not connect");

        var layout = _configuration.Kind.Layout(_configuration);
        _sender = UdpSocket.ForSending(8 << 20);
        _packets = new DatagramBatch(layout.PacketsPerFrame, layout.HeaderBytes);
        _frame = (byte*)NativeMemory.AlignedAlloc((nuint)layout.FrameBytes, 64);
        new FrameEncoder(_configuration, 0, new TestPattern()).Encode(1, new Span<byte>(_frame, (int)layout.FrameBytes));
        for (var packet = 0; packet < layout.PacketsPerFrame; packet++)
            _packets.SetDestination(packet, new IPEndPoint(IPAddress.Loopback, _configuration.StartUdpPort));
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        _ = _driver!.StartAcquisitionAsync(new AcquisitionInfo(Images, Path.Combine(_folder, $"{_files++}.h5"), AcquisitionInfo.NewRunId())).GetAwaiter().GetResult();
        var (announced, inFile) = (new double[Images], new double[Images]);
        for (var i = 0; i < Images; i++)
        {
            var began = Stopwatch.GetTimestamp();
            Send(_id++);
            var sent = Stopwatch.GetTimestamp();
            Until(() => _announced!.TryReceive(_message, out _), "the announcement", i);
            announced[i] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
            var told = Stopwatch.GetTimestamp();
            Until(() => _writer!.Statistics.Written > i, "the writer", i);
            inFile[i] = Stopwatch.GetElapsedTime(told).TotalMilliseconds;
            while (Stopwatch.GetElapsedTime(began) < Period)
                Thread.Sleep(1);
        }
        _ = _driver.WaitForEndAsync().GetAwaiter().GetResult();
        Directory.GetFiles(_folder).ToList().ForEach(File.Delete);
        log.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  last packet to announcement: p50 {At(announced, 0.5):0.00} ms, p99 {At(announced, 0.99):0.00} ms; announcement to file: p50 {At(inFile, 0.5):0.00} ms, p99 {At(inFile, 0.99):0.00} ms"));
        return Limit.TotalMilliseconds / At(written ? inFile : announced, 0.99);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var service in _services.AsEnumerable().Reverse())
            service.Stop();
        _services.ForEach(s => s.WaitTillStopped(Patience));
        _services.ForEach(s => s.Dispose());
        _announced?.Dispose();
        _sender?.Dispose();
        _packets?.Dispose();
        NativeMemory.AlignedFree(_frame);
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private static double At(double[] times, double share) => times.Order().ElementAt((int)(share * (times.Length - 1)));

    private static void Until(Func<bool> condition, string what, int image)
    {
        // No sleep between two looks, which would take longer than what is measured.
        for (var started = Stopwatch.GetTimestamp(); !condition(); Thread.Yield())
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new InvalidOperationException($"image {image} did not come to {what}");
        }
    }

    private void Send(ulong id)
    {
        var layout = _configuration.Kind.Layout(_configuration);
        for (var packet = 0; packet < layout.PacketsPerFrame; packet++)
        {
            _configuration.Kind.WriteHeader(_packets!.Header(packet), _configuration, layout, 0, id, packet);
            _packets.SetPayload(packet, _frame + layout.Offset(packet), layout.DataBytes);
        }
        const int train = 7;
        for (var packet = 0; packet < layout.PacketsPerFrame; packet += train)
            _sender!.SendTrain(_packets!, packet, Math.Min(train, layout.PacketsPerFrame - packet));
    }
}
