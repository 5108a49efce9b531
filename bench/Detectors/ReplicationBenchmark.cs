using System.Diagnostics;
using System.Globalization;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Replication;
using Hutch.Native.Zmq;
using Hutch.Services;
using Hutch.Streams;

namespace Hutch.Bench.Detectors;

/// <summary>Images of 8 MiB from one image ring to another over TCP, by stream-send and stream-receive, against a bare pair of libzmq that sends and receives as many bytes.</summary>
public sealed unsafe class ReplicationBenchmark : Benchmark
{
    private const int Images = 200;
    private const int Slots = 16;
    private const int InFlight = 6;   // as many as a sender may be ahead, so that neither side drops any

    private readonly DaqConfiguration _source = ExampleConfigurations.Create("jungfrau", 1) with
    {
        DetectorName = $"bench-{Environment.ProcessId}",
        ImageWidth = 2048,
        ImageHeight = 2048,
        MaxForwarders = 1,
        SenderSendsFullImages = true,
    };

    private DaqConfiguration? _target;
    private Ring? _out;
    private Ring? _in;
    private MetadataPublisher? _announcer;
    private ZmqSocket? _arrived;
    private StreamSender? _sender;
    private StreamReceiver? _receiver;
    private ulong _id = 1;

    public override string Name => "replication";

    public override string Description => "images of 8 MiB a second over TCP on loopback: stream-send and stream-receive, from ring to ring / a bare PUSH and PULL of libzmq, from buffer to buffer";

    public override double Bar => 0.8;

    public override void Prepare()
    {
        _target = _source with { DetectorName = $"{_source.DetectorName}-copy" };
        _out = Ring.ForProducer(StreamNames.Of(_source.DetectorName, StreamNames.Image), _source.ImageBytes, Slots);
        _in = Ring.ForProducer(StreamNames.Of(_target.DetectorName, StreamNames.Image), _target.ImageBytes, Slots);
        for (var slot = 0UL; slot < Slots; slot++)
            new Random((int)slot).NextBytes(_out.SlotSpan(slot));
        _announcer = new MetadataPublisher(StreamNames.Endpoint(StreamNames.Of(_source.DetectorName, StreamNames.Image)));
        _arrived = MetadataChannel.Collect(StreamNames.Endpoint(StreamNames.Of(_target.DetectorName, StreamNames.Sync)));
        var part = ImageParts.Of(_source)[0];
        var port = Ports.Free();
        _sender = new StreamSender(_source, part, $"tcp://127.0.0.1:{port}", new ReplicationOptions { ImageSlots = Slots });
        _receiver = new StreamReceiver(_target, part, $"tcp://127.0.0.1:{port}", new ReplicationOptions { ImageSlots = Slots });
        _sender.Start();
        _receiver.Start();
        var connected = SpinWait.SpinUntil(() =>
        {
            _announcer.CountSubscribers();
            return _announcer.Subscribers > 0 && _sender.Subscribers > 0;
        }, TimeSpan.FromSeconds(20));
        Assert.True(connected, "the two did not connect");
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var ours = Ours();
        var bare = BarePair.Send(Images, (int)_source.ImageBytes, InFlight, i => _out!.SlotSpan(i));
        var bytes = (double)Images * _source.ImageBytes;
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ours {bytes / ours.TotalSeconds / 1e9:0.00} GB/s, bare {bytes / bare.TotalSeconds / 1e9:0.00} GB/s"));
        return bare / ours;
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var service in new Service?[] { _sender, _receiver })
        {
            service?.Stop();
            service?.WaitTillStopped(TimeSpan.FromSeconds(10));
        }
        _announcer?.Dispose();
        _arrived?.Dispose();
        _out?.Dispose();
        _in?.Dispose();
    }

    private TimeSpan Ours()
    {
        var image = new ImageMetadata { Height = 2048, Width = 2048, Size = (ulong)_source.ImageBytes, Dtype = _source.ImageType, Status = ImageStatus.GoodImage };
        var (message, arrived) = (new byte[512], 0);
        var started = Stopwatch.GetTimestamp();
        for (var sent = 0; arrived < Images;)
        {
            for (; sent < Images && sent < arrived + InFlight; sent++, _id++)
            {
                if (!_out!.Generations.TryBegin(_id) || !_out.Generations.TryComplete(_id))
                    throw new InvalidOperationException($"image {_id} has no slot");
                image.ImageId = _id;
                var length = image.CalculateSize();
                Google.Protobuf.MessageExtensions.WriteTo(image, message.AsSpan(0, length));
                _announcer!.Publish(message.AsSpan(0, length));
            }
            if (_arrived!.TryReceive(message, out _))
                arrived++;
            else
                throw new InvalidOperationException($"{arrived} of {sent} images came; {_sender!.Counters.Sent} were sent, {_sender.Counters.Dropped} dropped, {_sender.Counters.Overwritten} overwritten, {_sender.Counters.Unexpected + _receiver!.Counters.WrongSize} of no use, {_receiver.Counters.Received} received");
        }
        return Stopwatch.GetElapsedTime(started);
    }
}
