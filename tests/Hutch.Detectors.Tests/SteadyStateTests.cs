using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Compression;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;
using Hutch.Detectors.Live;
using Hutch.Detectors.Replication;
using Hutch.Detectors.Tests.Receiving;
using Hutch.Detectors.Writing;
using Hutch.Services;
using Hutch.Streams;

namespace Hutch.Detectors.Tests;

/// <summary>In steady state nothing is allocated for a packet, a frame or an image: what is left would sooner or later stop a hot thread for a collection.</summary>
public sealed class SteadyStateTests : IDisposable
{
    private const int Burst = 8;   // images announced at once, fewer than a ring has slots

    private readonly string _folder = Directory.CreateTempSubdirectory("hutch test ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_receiver_allocates_nothing(bool trains)
    {
        using var harness = new FrameBuilderHarness(TestDetectors.Eiger()) { ChecksFrames = false };
        // Beyond the trial of the reader, and more frames than there are slots.
        var frame = 0UL;
        Run(100);

        Assert.Equal(0, Run(20));

        long Run(int frames)
        {
            var allocated = 0L;
            for (var i = 0; i < frames; i++)
            {
                frame++;
                if (trains)
                    harness.SendTrains(frame, ofPackets: 8);
                for (var packet = 0; packet < harness.Layout.PacketsPerFrame && !trains; packet++)
                    harness.SendPacket(frame, packet);
                allocated += Allocated(harness.ReceiveTrains);
            }
            return allocated;
        }
    }

    [Fact]
    public void A_synchroniser_allocates_nothing_whether_frames_are_lost_or_not()
    {
        var synchroniser = new ImageSynchroniser(Enumerable.Range(0, 72), queueSize: 50);
        var decided = new List<SynchronisedImage>(100);
        var id = 0UL;
        Run();

        Assert.Equal(0, Allocated(Run));
        Assert.True(synchroniser.Complete > 0 && synchroniser.Incomplete > 0);

        void Run()
        {
            for (var image = 0; image < 500; image++)
            {
                id++;
                for (ushort module = 0; module < 72; module++)
                {
                    if ((id + module) % 1000 != 0)
                        synchroniser.Add(new FrameMetadata { ImageId = id, ModuleId = module }, decided);
                    decided.Clear();
                }
            }
        }
    }

    [Fact]
    public void Compressing_allocates_nothing()
    {
        var pixels = new byte[512 * 1024 * 2];
        var target = new byte[pixels.Length];
        var scratch = new byte[BitshuffleLz4.ScratchBytes(2)];
        var length = 0;
        Run();

        Assert.Equal(0, Allocated(Run));
        Assert.NotEqual(0, length);

        void Run() => length = BitshuffleLz4.Compress(pixels, 2, target, scratch);
    }

    [Fact]
    public void A_writer_allocates_nothing_for_an_image()
    {
        var configuration = TestDetectors.Jungfrau() with { ImageHeight = 64, ImageWidth = 64, ModulePositions = new Dictionary<int, ModulePosition>() };
        var pixels = new byte[configuration.ImageBytes];
        var metadata = new ImageMetadata { Size = (ulong)pixels.Length };
        using var file = ImageFile.Create(configuration, Path.Combine(_folder, "images.h5"));
        var id = 0UL;
        Run();
        file.Flush();   // the lists of what is not flushed yet have grown by now

        Assert.Equal(0, Allocated(Run));

        void Run()
        {
            for (var i = 0; i < 300; i++)
            {
                file.Write(pixels, metadata);
                file.Keep(id++, ImageStatus.GoodImage);
            }
        }
    }

    [Fact]
    public void Announcing_an_image_allocates_nothing()
    {
        var configuration = TestDetectors.Jungfrau();
        var name = configuration.DetectorName;
        using var publisher = new MetadataPublisher(StreamNames.Endpoint(name));
        using var subscriber = MetadataChannel.Subscribe(StreamNames.Endpoint(name));
        var image = new ImageMetadata
        {
            Height = (ulong)configuration.ImageHeight,
            Width = (ulong)configuration.ImageWidth,
            Size = (ulong)configuration.ImageBytes,
            Dtype = configuration.ImageType,
            Status = ImageStatus.GoodImage,
        };
        var (message, buffer) = (new byte[512], new byte[512]);
        Assert.True(SpinWait.SpinUntil(() => { publisher.CountSubscribers(); return publisher.Subscribers > 0; }, TimeSpan.FromSeconds(10)));
        Run();

        Assert.Equal(0, Allocated(Run));

        void Run()
        {
            for (var id = 1UL; id <= 50; id++)
            {
                image.ImageId = id;
                var length = image.CalculateSize();
                Google.Protobuf.MessageExtensions.WriteTo(image, message.AsSpan(0, length));
                publisher.Publish(message.AsSpan(0, length));
                if (!subscriber.TryReceive(buffer, out var received) || received != length)
                    throw new InvalidOperationException("the message did not arrive");
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Replicating_an_image_allocates_nothing(bool wholeImages)
    {
        var source = TestDetectors.Jungfrau() with { MaxForwarders = 2, SenderSendsFullImages = wholeImages, UseAllForwarders = true };
        var target = source with { DetectorName = $"{source.DetectorName}-copy" };
        var options = new ReplicationOptions { ImageSlots = 16 };
        using var detector = new AnnouncingDetector(source, options.ImageSlots);
        var synchroniser = new StreamSynchroniser(target, options);
        using var collecting = new ServiceLoop(synchroniser);
        var pairs = ImageParts.Of(source).Select(part =>
        {
            var endpoint = $"tcp://127.0.0.1:{FreePort()}";
            var (sender, receiver) = (new StreamSender(source, part, endpoint, options), new StreamReceiver(target, part, endpoint, options));
            return (Sender: sender, Sending: new ServiceLoop(sender), Receiver: receiver, Receiving: new ServiceLoop(receiver));
        }).ToArray();
        using var copies = MetadataChannel.Subscribe(StreamNames.Endpoint(StreamNames.Of(target.DetectorName, StreamNames.Image)));
        var message = new byte[AnnouncedImage.MaxBytes];
        foreach (var pair in pairs)
            WaitFor(() => detector.HasListeners(pairs.Length) && pair.Sending.Iterate(until: pair.Sender.Subscribers > 0));
        WaitFor(() => collecting.Iterate(until: synchroniser.Subscribers > 0));

        AssertComesToAllocateNothing(Run);

        foreach (var pair in pairs)
        {
            pair.Receiving.Dispose();
            pair.Sending.Dispose();
        }

        void Run()
        {
            var images = synchroniser.Images + Burst;
            for (var i = 0; i < Burst; i++)
                detector.Announce();
            foreach (var pair in pairs)
            {
                var parts = pair.Sender.Counters.Sent + (wholeImages ? Burst / pairs.Length : Burst);
                while (pair.Sender.Counters.Sent < parts)
                    pair.Sending.Iterate();
                while (pair.Receiver.Counters.Received < parts)
                    pair.Receiving.Iterate();
            }
            while (synchroniser.Images < images)
                collecting.Iterate();
            for (var i = 0; i < Burst; i++)
            {
                if (!copies.TryReceive(message, out _))
                    throw new InvalidOperationException("an image was not announced");
            }
        }
    }

    [Fact]
    public void Streaming_live_images_allocates_nothing()
    {
        var configuration = TestDetectors.Jungfrau();
        var options = new LiveStreamOptions { ImageSlots = 16, Queue = 2 * Burst, Backlog = Burst };
        using var detector = new AnnouncingDetector(configuration, options.ImageSlots);
        var address = $"tcp://127.0.0.1:{FreePort()}";
        var stream = new LiveStream(configuration, address, new LiveStreamConfiguration(LiveStreamSelection.Forward), options);
        using var loop = new ServiceLoop(stream);
        using var viewer = MetadataChannel.SubscribeToStream(address, 2 * Burst);
        var (header, pixels) = (new byte[512], new byte[configuration.ImageBytes]);
        WaitFor(() => detector.HasListeners(1) && loop.Iterate(until: stream.Subscribers > 0));
        AssertComesToAllocateNothing(Run);

        void Run()
        {
            for (var i = 0; i < Burst; i++)
                detector.Announce();
            for (var until = stream.Counters.Sent + Burst; stream.Counters.Sent < until;)
                loop.Iterate();
            for (var i = 0; i < Burst; i++)
            {
                if (!viewer.TryReceive(header, out _) || !viewer.TryReceive(pixels, out _))
                    throw new InvalidOperationException("an image did not arrive");
            }
        }
    }

    public static TheoryData<string> KindsOfMetadata => ["none", "gf", "jf", "eg", "pco"];

    [Theory]
    [MemberData(nameof(KindsOfMetadata))]
    public void Reading_an_announced_image_allocates_nothing(string kind)
    {
        var image = new ImageMetadata { ImageId = 1234567890123, Height = 512, Width = 1024, Size = 1 << 20, Dtype = ImageDataType.Uint16, Status = ImageStatus.GoodImage };
        switch (kind)
        {
            case "gf":
                image.Gf = new GigafrostMetadata { ScanId = 1, ScanTime = 2, SyncTime = 3, FrameTimestamp = 4, ExposureTime = 5, StoreImage = true };
                break;
            case "jf":
                image.Jf = new JungfrauMetadata { DaqRec = 12345 };
                break;
            case "eg":
                image.Eg = new EigerMetadata { Exptime = 77 };
                break;
            case "pco":
                image.Pco = new PcoMetadata { GlobalTimestampSec = 1, GlobalTimestampNs = 2 };
                break;
        }
        var message = Google.Protobuf.MessageExtensions.ToByteArray(image);
        var read = new ImageMetadata();
        Run();
        Assert.Equal(image, read);

        Assert.Equal(0, Allocated(Run));

        void Run()
        {
            for (var i = 0; i < 50; i++)
                Assert.True(read.TryRead(message));
        }
    }

    // Methods that are not compiled in full yet box what they print.
    private static void AssertComesToAllocateNothing(Action action)
    {
        var allocated = long.MaxValue;
        Assert.True(SpinWait.SpinUntil(() => (allocated = Allocated(action)) == 0, TimeSpan.FromSeconds(20)), $"{allocated} bytes are allocated");
    }

    private static void WaitFor(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(10)));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // What a run allocates shows in each of several. A collection in between counts the rest of the thread's allocation context, some 8 KB, as used.
    private static long Allocated(Action action)
    {
        return Enumerable.Range(0, 3).Select(_ => Once()).Min();

        long Once()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    /// <summary>The loop of a service on the thread of the test, whose allocations can be counted exactly.</summary>
    private sealed class ServiceLoop : IDisposable
    {
        private readonly Service _service;
        private readonly Func<CancellationToken, TimeSpan?> _iterate;

        internal ServiceLoop(Service service)
        {
            _service = service;
            _iterate = Method("Iterate").CreateDelegate<Func<CancellationToken, TimeSpan?>>(service);
            Method("OnStarting").Invoke(service, null);
        }

        internal void Iterate() => _iterate(CancellationToken.None);

        /// <summary>Iterates unless it is not necessary.</summary>
        /// <returns>Whether it was not.</returns>
        internal bool Iterate(bool until)
        {
            if (!until)
                Iterate();
            return until;
        }

        public void Dispose()
        {
            Method("OnStopped").Invoke(_service, null);
            _service.Dispose();
        }

        private MethodInfo Method(string name) => _service.GetType().GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic)!;
    }

    /// <summary>An image ring and its channel, with announcements that allocate nothing themselves.</summary>
    private sealed class AnnouncingDetector : IDisposable
    {
        private readonly Ring _ring;
        private readonly MetadataPublisher _channel;
        private readonly ImageMetadata _image;
        private readonly byte[] _message = new byte[AnnouncedImage.MaxBytes];

        internal AnnouncingDetector(DaqConfiguration configuration, int slots)
        {
            var name = StreamNames.Of(configuration.DetectorName, StreamNames.Image);
            _ring = Ring.ForProducer(name, configuration.ImageBytes, slots);
            _channel = new MetadataPublisher(StreamNames.Endpoint(name));
            _image = new ImageMetadata
            {
                Height = (ulong)configuration.ImageHeight,
                Width = (ulong)configuration.ImageWidth,
                Size = (ulong)configuration.ImageBytes,
                Dtype = configuration.ImageType,
                Status = ImageStatus.GoodImage,
            };
        }

        internal bool HasListeners(int count)
        {
            _channel.CountSubscribers();
            return _channel.Subscribers >= count;
        }

        internal void Announce()
        {
            var id = ++_image.ImageId;
            if (!_ring.Generations.TryBegin(id) || !_ring.Generations.TryComplete(id))
                throw new InvalidOperationException($"image {id} has no slot");
            var length = _image.CalculateSize();
            Google.Protobuf.MessageExtensions.WriteTo(_image, _message.AsSpan(0, length));
            _channel.Publish(_message.AsSpan(0, length));
        }

        public void Dispose()
        {
            _channel.Dispose();
            _ring.Dispose();
        }
    }
}
