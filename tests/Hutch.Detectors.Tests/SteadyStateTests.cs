using Hutch.Detectors.Assembly;
using Hutch.Detectors.Compression;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;
using Hutch.Detectors.Tests.Receiving;
using Hutch.Detectors.Writing;
using Hutch.Streams;

namespace Hutch.Detectors.Tests;

/// <summary>In steady state nothing is allocated for a packet, a frame or an image: what is left would sooner or later stop a hot thread for a collection.</summary>
public sealed class SteadyStateTests : IDisposable
{
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
                allocated += Allocations.Of(harness.ReceiveTrains);
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

        Assert.Equal(0, Allocations.Of(Run));
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

        Assert.Equal(0, Allocations.Of(Run));
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

        Assert.Equal(0, Allocations.Of(Run));

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

        Assert.Equal(0, Allocations.Of(Run));

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

        Assert.Equal(0, Allocations.Of(Run));

        void Run()
        {
            for (var i = 0; i < 50; i++)
                Assert.True(read.TryRead(message));
        }
    }
}
