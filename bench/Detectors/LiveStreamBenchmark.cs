using System.Diagnostics;
using System.Globalization;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Live;
using Hutch.Native.Zmq;
using Hutch.Streams;

namespace Hutch.Bench.Detectors;

/// <summary>Images of 8 MiB from the image ring to a viewer that takes every one, by live-stream over TCP, against <see cref="BarePair"/>.</summary>
public sealed class LiveStreamBenchmark : Benchmark
{
    private const int Images = 200;
    private const int Slots = 16;
    private const int HeaderBytes = 4096;
    private const int InFlight = 6;   // fewer than live-stream keeps for a viewer, so that none is left out

    private readonly DaqConfiguration _detector = ExampleConfigurations.Create("jungfrau", 1) with { DetectorName = $"bench-{Environment.ProcessId}", ImageWidth = 2048, ImageHeight = 2048 };
    private Ring? _ring;
    private MetadataPublisher? _announcer;
    private LiveStream? _stream;
    private ZmqSocket? _viewer;
    private byte[] _pixels = [];
    private ulong _id = 1;

    public override string Name => "live-stream";

    public override string Description => "images of 8 MiB a second over TCP on loopback: live-stream, from the ring to a viewer / a bare PUSH and PULL of libzmq, from buffer to buffer";

    public override double Bar => 0.8;

    public override void Prepare()
    {
        var name = StreamNames.Of(_detector.DetectorName, StreamNames.Image);
        _ring = Ring.ForProducer(name, _detector.ImageBytes, Slots);
        for (var slot = 0UL; slot < Slots; slot++)
            new Random((int)slot).NextBytes(_ring.SlotSpan(slot));
        _announcer = new MetadataPublisher(StreamNames.Endpoint(name));
        _pixels = new byte[_detector.ImageBytes];
        var address = $"tcp://127.0.0.1:{Ports.Free()}";
        _stream = new LiveStream(_detector, address, new LiveStreamConfiguration(LiveStreamSelection.Forward), new LiveStreamOptions { ImageSlots = Slots, Queue = 2 * InFlight });
        _stream.Start();
        _viewer = new ZmqSocket(ZmqSocketType.Sub, 2 * InFlight) { ReceiveTimeout = TimeSpan.FromSeconds(10) };
        _viewer.Subscribe();
        _viewer.Connect(address);
        var connected = SpinWait.SpinUntil(() =>
        {
            _announcer.CountSubscribers();
            return _announcer.Subscribers > 0 && _stream.Subscribers > 0;
        }, TimeSpan.FromSeconds(20));
        Assert.True(connected, "the viewer did not connect");
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var ours = Ours();
        var bare = BarePair.Send(Images, _pixels.Length, InFlight, i => _ring!.SlotSpan(i));
        var bytes = (double)Images * _pixels.Length;
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ours {bytes / ours.TotalSeconds / 1e9:0.00} GB/s ({Images / ours.TotalSeconds:0} images/s), bare {bytes / bare.TotalSeconds / 1e9:0.00} GB/s"));
        return bare / ours;
    }

    protected override void Dispose(bool disposing)
    {
        _stream?.Stop();
        _stream?.WaitTillStopped(TimeSpan.FromSeconds(10));
        _viewer?.Dispose();
        _announcer?.Dispose();
        _ring?.Dispose();
    }

    private TimeSpan Ours()
    {
        var image = new ImageMetadata { Height = 2048, Width = 2048, Size = (ulong)_pixels.Length, Dtype = _detector.ImageType, Status = ImageStatus.GoodImage };
        var (message, header) = (new byte[512], new byte[HeaderBytes]);
        var started = Stopwatch.GetTimestamp();
        for (var (sent, arrived) = (0, 0); arrived < Images; arrived++)
        {
            for (; sent < Images && sent < arrived + InFlight; sent++, _id++)
            {
                if (!_ring!.Generations.TryBegin(_id) || !_ring.Generations.TryComplete(_id))
                    throw new InvalidOperationException($"image {_id} has no slot");
                image.ImageId = _id;
                var length = image.CalculateSize();
                Google.Protobuf.MessageExtensions.WriteTo(image, message.AsSpan(0, length));
                _announcer!.Publish(message.AsSpan(0, length));
            }
            if (!_viewer!.TryReceive(header, out _) || !_viewer.TryReceive(_pixels, out _))
                throw new InvalidOperationException($"{arrived} of {sent} images came; {_stream!.Counters.Sent} were sent, {_stream.Counters.Dropped} dropped, {_stream.Counters.Late} late, {_stream.Counters.Overwritten} overwritten");
        }
        return Stopwatch.GetElapsedTime(started);
    }
}
