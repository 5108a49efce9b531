using Hutch.Streams;

namespace Hutch.Testing.Tests;

/// <summary>A service that reads images, on a detector of a few lines.</summary>
public class SimulatedDetectorTests : SessionFixture
{
    [Fact]
    public void A_reader_sees_each_pixel_the_status_and_the_gap()
    {
        using var detector = new SimulatedDetector(width: 6, height: 4);
        using var reader = new SumOfImages(detector.Name, detector.Width, detector.Height, detector.Slots);
        reader.Start();
        detector.WaitForSubscribers();

        detector.Send((x, y) => (ushort)((10 * y) + x));
        detector.Send((_, _) => 1, ImageStatus.MissingPackets);
        detector.Send((_, _) => 2, id: 5);

        Eventually.True(() => reader.Seen.Count == 3);
        Assert.Equal([(1UL, 420, ImageStatus.GoodImage), (2UL, 24, ImageStatus.MissingPackets), (5UL, 48, ImageStatus.GoodImage)], reader.Seen);
    }

    [Fact]
    public void Two_detectors_of_one_name_are_refused()
    {
        using var first = new SimulatedDetector(2, 2);
        Assert.Throws<UserErrorException>(() => new SimulatedDetector(2, 2, first.Name));
    }

    private sealed class SumOfImages(string detector, int width, int height, int slots) : Service($"sum-{detector}")
    {
        private readonly Ring _ring = Ring.ForConsumer(StreamNames.Of(detector, StreamNames.Image), (long)width * height * 2, slots);
        private readonly Native.Zmq.ZmqSocket _channel = MetadataChannel.Subscribe(StreamNames.Endpoint(StreamNames.Of(detector, StreamNames.Image)));
        private readonly ImageMetadata _image = new();
        private readonly byte[] _message = new byte[512];

        public List<(ulong Id, int Sum, ImageStatus Status)> Seen { get; } = [];

        protected override TimeSpan? Iterate(CancellationToken stop)
        {
            if (!_channel.TryReceive(_message, out var length) || !_image.TryRead(_message.AsSpan(0, length)))
                return null;
            var sum = 0;
            foreach (var pixel in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(_ring.SlotSpan(_image.ImageId)))
                sum += pixel;
            if (_ring.Generations.Holds(_image.ImageId))
                Seen.Add((_image.ImageId, sum, _image.Status));
            return null;
        }

        protected override void OnStopped()
        {
            _channel.Dispose();
            _ring.Dispose();
        }
    }
}
