using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Live;
using Hutch.Detectors.Replication;
using Hutch.Streams;

namespace Hutch.Detectors.Tests;

/// <summary>In steady state the programs that carry images to other machines and viewers allocate nothing for one.</summary>
public sealed class StreamSteadyStateTests
{
    private const int Burst = 8;   // images announced at once, fewer than a ring has slots

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
            var endpoint = $"tcp://127.0.0.1:{FreePort.Next()}";
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
        var address = $"tcp://127.0.0.1:{FreePort.Next()}";
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

    // Methods that are not compiled in full yet box what they print.
    private static void AssertComesToAllocateNothing(Action action)
    {
        var allocated = long.MaxValue;
        Assert.True(SpinWait.SpinUntil(() => (allocated = Allocations.Of(action)) == 0, TimeSpan.FromSeconds(20)), $"{allocated} bytes are allocated");
    }

    private static void WaitFor(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(10)));

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
