using Google.Protobuf;
using Hutch.Detectors.Compression;
using Hutch.Detectors.Configuration;
using Hutch.Native.Zmq;
using Hutch.Streams;

namespace Hutch.Detectors.Tests.Compression;

public sealed class ImageCompressorTests : IDisposable
{
    private const int Slots = 8;

    private readonly DaqConfiguration _configuration = TestDetectors.Eiger(1, bitDepth: 16);
    private readonly Ring _images;
    private readonly MetadataPublisher _channel;
    private readonly ImageCompressor _compressor;
    private readonly Ring _compressed;
    private readonly ZmqSocket _reader;

    public ImageCompressorTests()
    {
        var image = StreamNames.Of(_configuration.DetectorName, StreamNames.Image);
        var compressed = StreamNames.Of(_configuration.DetectorName, StreamNames.Compressed);
        _images = Ring.ForProducer(image, _configuration.ImageBytes, Slots);
        _channel = new MetadataPublisher(StreamNames.Endpoint(image));
        _compressor = new ImageCompressor(_configuration, new ImageCompressorOptions { ImageSlots = Slots, Workers = 3 });
        _compressor.Start();
        _compressed = Ring.ForConsumer(compressed, _configuration.ImageBytes, Slots);
        _reader = MetadataChannel.Subscribe(StreamNames.Endpoint(compressed));
        Wait(() => _compressor.Subscribers == 1 && (_channel.CountSubscribers() || _channel.Subscribers == 1), "connected");
    }

    public void Dispose()
    {
        _compressor.Dispose();
        _reader.Dispose();
        _compressed.Dispose();
        _channel.Dispose();
        _images.Dispose();
    }

    [Fact]
    public void Images_come_out_in_the_order_in_which_they_came_each_as_it_was()
    {
        for (var id = 1; id <= 50; id++)
        {
            // Every third is much more work than the others, and goes through as it is.
            Announce(id, SamplePixels.Row(id, Pixels, 2));
            if (id % 4 != 0)
                continue;
            for (var done = id - 3; done <= id; done++)
                AssertImage(Receive(), done);
        }
        var (c, random) = (_compressor.Counters, Enumerable.Range(1, 50).Count(SamplePixels.IsRandom));
        Wait(() => c.Compressed + c.Incompressible == 50, "50 images");
        Assert.Equal((50 - random, random, 0, 0, 0), (c.Compressed, c.Incompressible, c.Overwritten, c.Unexpected, c.Dropped));
        Assert.Equal(50 * _configuration.ImageBytes, c.BytesIn);
        Assert.InRange(c.BytesOut, random * _configuration.ImageBytes, (random * _configuration.ImageBytes) + ((50 - random) * _configuration.ImageBytes / 2));
    }

    [Fact]
    public void An_image_that_does_not_become_smaller_stays_in_its_slot()
    {
        Assert.True(SamplePixels.IsRandom(2));
        Announce(1, SamplePixels.Row(1, Pixels, 2));
        AssertImage(Receive(), 1);
        var first = Chunk(Receive(announced: 3));
        Announce(2, SamplePixels.Row(2, Pixels, 2));

        var image = Receive();

        Assert.Equal((ImageCompression.None, (ulong)_configuration.ImageBytes), (image.Compression, image.Size));
        AssertImage(image, 2);
        Assert.Equal(first, _compressed.SlotSpan(3)[..first.Length].ToArray());
    }

    [Fact]
    public void An_image_whose_slot_was_taken_by_a_newer_one_is_counted_and_not_passed_on()
    {
        Put(1, SamplePixels.Row(1, Pixels, 2));
        Put(1 + Slots, SamplePixels.Row(3, Pixels, 2));
        Publish(1, (ulong)_configuration.ImageBytes);
        Announce(2 + Slots, SamplePixels.Row(4, Pixels, 2));

        Assert.Equal(2UL + Slots, Receive().ImageId);
        Assert.Equal((1, 1), (_compressor.Counters.Overwritten, _compressor.Counters.Compressed));
    }

    [Fact]
    public void A_reader_that_stood_still_learns_which_images_are_gone()
    {
        for (var id = 1; id <= 3 * Slots; id++)
        {
            Announce(id, SamplePixels.Row(0, Pixels, 2));
            Wait(() => _compressor.Counters.Compressed == id, $"image {id}");
        }

        var held = Enumerable.Range(1, 3 * Slots).Select(_ => _compressed.Generations.Holds(Receive().ImageId)).ToList();

        Assert.Equal(Enumerable.Range(1, 3 * Slots).Select(id => id > 2 * Slots), held);
    }

    [Fact]
    public void What_is_no_image_of_the_detector_is_counted_and_work_goes_on()
    {
        Publish(1, size: 17);
        _channel.Publish([0xFF, 0xFF, 0xFF]);
        _channel.Publish(new byte[2000]);

        Announce(5, SamplePixels.Row(0, Pixels, 2));

        Assert.Equal(5UL, Receive().ImageId);
        Assert.Equal(3, _compressor.Counters.Unexpected);
    }

    private int Pixels => _configuration.ImageHeight * _configuration.ImageWidth;

    private void Put(int id, byte[] pixels)
    {
        Assert.True(_images.Generations.TryBegin((ulong)id));
        pixels.CopyTo(_images.SlotSpan((ulong)id));
        Assert.True(_images.Generations.TryComplete((ulong)id));
    }

    private void Announce(int id, byte[] pixels)
    {
        Put(id, pixels);
        Publish(id, (ulong)_configuration.ImageBytes);
    }

    private void Publish(int id, ulong size) => _channel.Publish(new ImageMetadata
    {
        ImageId = (ulong)id,
        Height = (ulong)_configuration.ImageHeight,
        Width = (ulong)_configuration.ImageWidth,
        Size = size,
        Dtype = ImageDataType.Uint16,
        Status = ImageStatus.MissingPackets,
        Eg = new EigerMetadata { Exptime = 5 },
    }.ToByteArray());

    private ImageMetadata Receive(int announced = 0)
    {
        if (announced > 0)
            Announce(announced, SamplePixels.Row(announced, Pixels, 2));
        var message = new byte[512];
        var length = 0;
        Wait(() => _reader.TryReceive(message, out length), "announced");
        return ImageMetadata.Parser.ParseFrom(message, 0, length);
    }

    private byte[] Chunk(ImageMetadata image) => _compressed.SlotSpan(image.ImageId)[..(int)image.Size].ToArray();

    private void AssertImage(ImageMetadata image, int id)
    {
        Assert.Equal(((ulong)id, ImageStatus.MissingPackets, 5UL), (image.ImageId, image.Status, image.Eg.Exptime));
        var pixels = Chunk(image);
        if (image.Compression == ImageCompression.H5BitshuffleLz4)
        {
            var chunk = pixels;
            BitshuffleLz4.Decompress(chunk, 2, pixels = new byte[_configuration.ImageBytes]);
        }
        Assert.True(pixels.AsSpan().SequenceEqual(SamplePixels.Row(id, Pixels, 2)), $"the pixels of image {id}");
        Assert.True(_compressed.Generations.Holds((ulong)id));
    }

    private static void Wait(Func<bool> condition, string what) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)), $"after 30 s still not: {what}");
}
