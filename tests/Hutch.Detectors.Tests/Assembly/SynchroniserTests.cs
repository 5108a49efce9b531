using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;
using Hutch.Detectors.Ledger;
using Hutch.Detectors.Tests.Ledger;
using Hutch.Native.Zmq;
using Hutch.Streams;
using Hutch.Tests.Services;

namespace Hutch.Detectors.Tests.Assembly;

/// <summary>A synchroniser between converters and a program that waits for images; the test is both.</summary>
public sealed class SynchroniserTests : IDisposable
{
    private const int ImageSlots = 8;

    private readonly DaqConfiguration _configuration = TestDetectors.Eiger(2);
    private readonly ListLogger _log = new();
    private readonly LossJournal _journal;
    private readonly Synchroniser _synchroniser;
    private readonly ServiceLoop _loop;
    private readonly ZmqSocket _converters;
    private readonly ZmqSocket _images;
    private readonly SlotGenerations _generations;

    public SynchroniserTests()
    {
        _journal = LossJournal.Open(_configuration.DetectorName);
        _synchroniser = new Synchroniser(_configuration, new AssemblerOptions { RequestedImageSlots = ImageSlots, ImageTimeout = TimeSpan.FromMilliseconds(500) }, _log);
        _loop = new ServiceLoop(_synchroniser);
        _converters = MetadataChannel.Push(StreamNames.Endpoint(StreamNames.Of(_configuration.DetectorName, StreamNames.Sync)));
        var images = StreamNames.Of(_configuration.DetectorName, StreamNames.Image);
        _images = MetadataChannel.Subscribe(StreamNames.Endpoint(images));
        _generations = SlotGenerations.Open(images, ImageSlots);
        while (_synchroniser.Subscribers == 0)
            _loop.Iterate();
    }

    public void Dispose()
    {
        _loop.Dispose();
        _converters.Dispose();
        _images.Dispose();
        _generations.Dispose();
        _journal.Dispose();
    }

    [Theory]
    [InlineData(0UL, ImageStatus.GoodImage)]
    [InlineData(2UL, ImageStatus.MissingPackets)]
    public void An_image_is_announced_once_all_its_frames_are_there(ulong missingPackets, ImageStatus status)
    {
        Report(3, module: 0, missingPackets);
        Assert.Null(NextImage());
        Report(3, module: 1);

        var image = NextImage()!;

        Assert.Equal((3UL, status, (ulong)_configuration.ImageBytes), (image.ImageId, image.Status, image.Size));
        Assert.Equal(((ulong)_configuration.ImageWidth, (ulong)_configuration.ImageHeight, _configuration.ImageType), (image.Width, image.Height, image.Dtype));
        Assert.True(_generations.Holds(3));
        Assert.Equal((1, 0), (_synchroniser.Images.Complete, _synchroniser.Images.Incomplete));
    }

    [Fact]
    public void An_image_that_a_module_does_not_send_is_given_up_when_nothing_comes_any_more()
    {
        foreach (var id in new[] { 3UL, 4UL })
            Report(id, module: 0);
        var iterations = 0;
        for (; _synchroniser.Images.Incomplete < 2; iterations++)
        {
            Assert.True(iterations < 100, "the images were not given up");
            _loop.Iterate();
        }

        // Waits of 0.1 s until the 0.5 s have passed; one on a busy machine counts for twice that at most.
        Assert.InRange(iterations, 3, 100);
        Assert.Null(NextImage());
        Assert.False(_generations.Holds(3));
        Assert.False(_generations.TryComplete(3), "the slot of an image that was given up is free");
        Assert.Equal((2, 2), (_journal.Noted(LossStage.Synchroniser, LossReason.FrameMissing), _journal.Noted(LossStage.Synchroniser, LossReason.Incomplete)));
        Assert.Contains("image 3 was given up", Assert.Single(_log.Records, r => r.Text.Contains("given up", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Silence_that_is_broken_begins_anew()
    {
        Report(3, module: 0);
        for (var id = 4UL; id < 10; id++)
        {
            _loop.Iterate();   // a wait of 0.1 s in vain
            Report(id, module: 0);
        }

        Assert.Equal((7, 0), (_synchroniser.Images.Pending, _synchroniser.Images.Incomplete));
    }

    [Fact]
    public void An_image_whose_slot_a_newer_one_has_taken_is_not_announced()
    {
        Report(3, module: 0);
        Assert.True(_generations.TryBegin(3 + ImageSlots));
        Report(3, module: 1);

        Assert.Null(NextImage());
        Assert.Equal((1, 1), (_synchroniser.OverwrittenImages, _synchroniser.Images.Complete));
        Assert.Equal(1, _journal.Noted(LossStage.Synchroniser, LossReason.Overwritten));
    }

    // Reports a frame as a converter does, and iterates until it is taken in.
    private void Report(ulong id, ushort module, ulong missingPackets = 0)
    {
        var before = TakenIn();
        _generations.TryBegin(id);
        var frame = new FrameMetadata { ImageId = id, ModuleId = module, MissingPackets = missingPackets };
        Assert.True(_converters.TrySend(FrameMetadata.AsBytes(ref frame)));
        for (var i = 0; TakenIn() == before; i++)
        {
            Assert.True(i < 100, $"the frame of module {module} was not taken in");
            _loop.Iterate();
        }
    }

    private (int, long) TakenIn() => (_synchroniser.Images.Pending, _synchroniser.Images.Complete);

    private ImageMetadata? NextImage()
    {
        Span<byte> message = stackalloc byte[AnnouncedImage.MaxBytes];
        var image = new ImageMetadata();
        return _images.TryReceive(message, out var length) && image.TryRead(message[..length]) ? image : null;
    }
}
