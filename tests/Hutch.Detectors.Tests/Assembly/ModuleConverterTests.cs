using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;
using Hutch.Detectors.Ledger;
using Hutch.Detectors.Simulation;
using Hutch.Detectors.Tests.Ledger;
using Hutch.Native.Zmq;
using Hutch.Streams;

namespace Hutch.Detectors.Tests.Assembly;

/// <summary>A converter between the ring and channel of a receiver, which the test is, and a synchroniser, which it is too.</summary>
public sealed class ModuleConverterTests : IDisposable
{
    private const int FrameSlots = 4;
    private const int ImageSlots = 8;

    private readonly DaqConfiguration _configuration = TestDetectors.Eiger(2);
    private readonly AssemblerOptions _options = new() { FrameSlots = FrameSlots, RequestedImageSlots = ImageSlots };
    private readonly LossJournal _journal;
    private readonly MetadataPublisher _receiver;
    private readonly Ring _frames;
    private readonly Ring _images;
    private readonly FrameEncoder _encoder;

    public ModuleConverterTests()
    {
        var module = StreamNames.Of(_configuration.DetectorName, 1);
        _journal = LossJournal.Open(_configuration.DetectorName);
        _receiver = new MetadataPublisher(StreamNames.Endpoint(module));
        _frames = Ring.ForProducer(module, _configuration.Kind.Layout(_configuration).SlotBytes, FrameSlots);
        _images = Ring.ForProducer(StreamNames.Of(_configuration.DetectorName, StreamNames.Image), _configuration.ImageBytes, ImageSlots);
        _encoder = new FrameEncoder(_configuration, 1, new TestPattern());
    }

    private string SyncEndpoint => StreamNames.Endpoint(StreamNames.Of(_configuration.DetectorName, StreamNames.Sync));

    public void Dispose()
    {
        _receiver.Dispose();
        _frames.Dispose();
        _images.Dispose();
        _journal.Dispose();
    }

    [Fact]
    public void A_frame_is_put_into_its_image_and_reported_and_one_that_comes_too_late_is_counted_and_noted()
    {
        using var sync = MetadataChannel.Collect(SyncEndpoint);
        using var converter = new ModuleConverter(_configuration, [1], _options);
        using (var loop = Start(converter))
        {
            PutFrame(5);
            Announce(loop, converter, 5, missingPackets: 3);
            var reported = new FrameMetadata();
            Assert.True(sync.TryReceive(FrameMetadata.AsBytes(ref reported), out var length));
            Assert.Equal((FrameMetadata.Bytes, 5UL, (ushort)1, 3UL), (length, reported.ImageId, reported.ModuleId, reported.MissingPackets));
            Assert.True(_images.Generations.TryComplete(5));
            Assert.True(_images.SlotSpan(5).SequenceEqual(Converted()));

            // The receiver was faster by a round of its ring ...
            PutFrame(6);
            PutFrame(6 + FrameSlots);
            Announce(loop, converter, 6);
            // ... and the other converters by a round of the ring of images.
            Assert.True(_images.Generations.TryBegin(3 + ImageSlots));
            Announce(loop, converter, 3);

            Assert.False(sync.TryReceive(FrameMetadata.AsBytes(ref reported), out _, wait: false));
        }

        var counted = converter.Counters;
        Assert.Equal((1, 1, 1, 0), (counted.Frames, counted.OverwrittenFrames, counted.OutdatedFrames, counted.UnannouncedFrames));
        Assert.Equal((1, 1), (_journal.Noted(LossStage.Converter, LossReason.Overwritten), _journal.Noted(LossStage.Converter, LossReason.Outdated)));
        Assert.Equal(0, _journal.Noted(LossStage.Converter, LossReason.QueueFull));
    }

    [Fact]
    public void A_frame_for_which_no_synchroniser_has_room_is_counted_and_noted()
    {
        using var converter = new ModuleConverter(_configuration, [1], _options);
        using (var loop = Start(converter))
        {
            PutFrame(1);
            while (converter.Counters.UnannouncedFrames == 0)   // the queue is filled first
                Announce(loop, converter, 1);
        }

        Assert.InRange(converter.Counters.Frames, 100, 100_000);
        Assert.Equal(1, converter.Counters.UnannouncedFrames);
        Assert.Equal(1, _journal.Noted(LossStage.Converter, LossReason.QueueFull));
    }

    [Fact]
    public void Frames_of_other_modules_and_messages_of_another_size_are_none_of_its_business()
    {
        using var converter = new ModuleConverter(_configuration, [1], _options);
        using var sync = MetadataChannel.Collect(SyncEndpoint);
        using (var loop = Start(converter))
        {
            _receiver.Publish(new byte[FrameMetadata.Bytes - 1]);
            _receiver.Publish(new byte[FrameMetadata.Bytes]);   // of module 0
            PutFrame(1);
            Announce(loop, converter, 1);
        }

        Assert.Equal((1, 0), (converter.Counters.Frames, converter.Counters.OutdatedFrames));
    }

    private ServiceLoop Start(ModuleConverter converter)
    {
        var loop = new ServiceLoop(converter);
        while (_receiver.Subscribers == 0)
            _receiver.CountSubscribers();
        return loop;
    }

    private void PutFrame(ulong id)
    {
        Assert.True(_frames.Generations.TryBegin(id));
        _encoder.Encode(id, _frames.SlotSpan(id)[.._encoder.FrameBytes]);
        Assert.True(_frames.Generations.TryComplete(id));
    }

    // Announces a frame, and iterates until the converter has dealt with it.
    private void Announce(ServiceLoop loop, ModuleConverter converter, ulong id, ulong missingPackets = 0)
    {
        var before = DealtWith(converter);
        var frame = new FrameMetadata { ImageId = id, ModuleId = 1, MissingPackets = missingPackets };
        _receiver.Publish(FrameMetadata.AsBytes(ref frame));
        for (var i = 0; DealtWith(converter) == before; i++)
        {
            Assert.True(i < 100, $"frame {id} was not converted");
            loop.Iterate();
        }
    }

    private static long DealtWith(ModuleConverter converter)
    {
        var counted = converter.Counters;
        return counted.Frames + counted.OverwrittenFrames + counted.OutdatedFrames + counted.UnannouncedFrames;
    }

    // Image 5 with the frame of module 1, and nothing of module 0.
    private unsafe byte[] Converted()
    {
        var (frame, image) = (new byte[_encoder.FrameBytes], new byte[_configuration.ImageBytes]);
        _encoder.Encode(5, frame);
        fixed (byte* source = frame, target = image)
            new FrameConverter(_configuration, 1).Convert(source, target);
        return image;
    }
}
