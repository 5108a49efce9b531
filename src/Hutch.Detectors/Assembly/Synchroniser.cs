using Google.Protobuf;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;
using Hutch.Detectors.Ledger;
using Hutch.Native.Zmq;
using Hutch.Services;
using Hutch.Streams;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Assembly;

/// <summary>
/// Collects what the converters report on <c>detector-sync</c> and announces every image that is complete, in the order of the ids,
/// on <c>detector-image</c>.
/// </summary>
public sealed class Synchroniser : ChannelService
{
    private const int Burst = 64;

    private readonly DaqConfiguration _configuration;
    private readonly AssemblerOptions _options;
    private readonly ImageMetadata _image = new();
    private readonly byte[] _message = new byte[512];
    private readonly List<SynchronisedImage> _decided = [];
    private Ring? _images;
    private LossJournal? _losses;
    private MetadataPublisher? _channel;
    private Silence _silence;

    /// <summary>Makes the synchroniser of a detector.</summary>
    public Synchroniser(DaqConfiguration configuration, AssemblerOptions options, ILogger? logger = null)
        : base($"synchroniser-{configuration.DetectorName}", logger)
    {
        (_configuration, _options) = (configuration, options);
        Images = new ImageSynchroniser(configuration.ActiveModules, configuration.ModuleSyncQueueSize);
        AssemblyMetrics.Observe(this);
    }

    /// <summary>The decisions so far, counted.</summary>
    public ImageSynchroniser Images { get; private set; }

    /// <summary>Complete images whose slot a newer image had taken.</summary>
    public long OverwrittenImages { get; private set; }

    /// <summary>Programs that listen to the channel.</summary>
    public int Subscribers => _channel?.Subscribers ?? 0;

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        Images = new ImageSynchroniser(_configuration.ActiveModules, _configuration.ModuleSyncQueueSize);
        var name = StreamNames.Of(_configuration.DetectorName, StreamNames.Image);
        _channel = new MetadataPublisher(StreamNames.Endpoint(name));
        Listen(MetadataChannel.Collect(StreamNames.Endpoint(StreamNames.Of(_configuration.DetectorName, StreamNames.Sync))));
        _channel.Wakes(Incoming);
        _images = Ring.ForProducer(name, _configuration.ImageBytes, _options.ImageSlots(_configuration));
        _losses = LossJournal.Open(_configuration.DetectorName);
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        FrameMetadata frame = default;
        var askedAt = Environment.TickCount64;
        var received = 0;
        var patience = Images.Pending > 0 ? MetadataChannel.ReceiveTimeout : MetadataChannel.RestTimeout;
        Incoming.ReceiveTimeout = patience;
        for (; received < Burst && Incoming.TryReceive(FrameMetadata.AsBytes(ref frame), out var length, wait: received == 0); received++)
        {
            if (length == FrameMetadata.Bytes)
                Images.Add(frame, _decided);
            Announce();
        }
        _channel!.LogSubscribers(Logger, ServiceName);
        if (received > 0)
        {
            _silence.Break();
            return null;
        }
        if (_silence.Add(askedAt, patience) >= _options.ImageTimeout && Images.Pending > 0)
        {
            Images.Flush(_decided);
            Announce();
        }
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        _channel?.Dispose();
        base.OnStopped();
        _images?.Dispose();
        _losses?.Dispose();
    }

    private void Announce()
    {
        foreach (var decided in _decided)
        {
            var id = decided.FirstFrame.ImageId;
            if (!decided.IsComplete)
            {
                _images!.Generations.Abandon(id);
                _losses!.Add(LossStage.Synchroniser, LossReason.FrameMissing, id, decided.MissingFrames);
                _losses.Add(LossStage.Synchroniser, LossReason.Incomplete, id);
                LogFirstLoss(id);
            }
            else if (_images!.Generations.TryComplete(id))
            {
                Publish(decided);
            }
            else
            {
                OverwrittenImages++;
                _losses!.Add(LossStage.Synchroniser, LossReason.Overwritten, id);
            }
        }
        _decided.Clear();
    }

    private void Publish(in SynchronisedImage image)
    {
        _image.ImageId = image.FirstFrame.ImageId;
        _image.Height = (ulong)_configuration.ImageHeight;
        _image.Width = (ulong)_configuration.ImageWidth;
        _image.Size = (ulong)_configuration.ImageBytes;
        _image.Dtype = _configuration.ImageType;
        _image.Status = image.MissingPackets > 0 ? ImageStatus.MissingPackets : ImageStatus.GoodImage;
        _configuration.Kind.DescribeImage(image.FirstFrame, _image);
        var length = _image.CalculateSize();
        _image.WriteTo(_message.AsSpan(0, length));
        _channel!.Publish(_message.AsSpan(0, length));
    }

    private void LogFirstLoss(ulong id)
    {
        if (IsFirstTrouble(0))
            Logger.LogWarning("{Service}: image {Image} was given up because not all modules sent it; further ones are only counted", ServiceName, id);
    }
}
