using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Ledger;
using Hutch.Native.Zmq;
using Hutch.Services;
using Hutch.Streams;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Replication;

/// <summary>
/// Collects what the receivers of a replicated stream report on <c>detector-sync</c>, and announces every image whose parts are all
/// in the ring, in the order of the ids, on <c>detector-image</c>, as if the detector were connected to this machine.
/// </summary>
public sealed class StreamSynchroniser : ChannelService
{
    private const int Burst = 64;

    // A jump of the ids by more than this is a detector that started again, and no loss.
    private const ulong LongestGap = 1_000_000;

    private readonly DaqConfiguration _configuration;
    private readonly ReplicationOptions _options;
    private readonly AnnouncedImage _image;
    private readonly byte[] _message = new byte[AnnouncedImage.MaxBytes];
    private readonly List<CollectedImage> _decided = [];
    private ImageCollector _collector;
    private IdGaps _gaps = new();
    private MetadataPublisher? _channel;
    private Ring? _ring;
    private LossJournal? _losses;
    private readonly HashSet<ulong> _noted = [];
    private ulong? _last;

    /// <summary>Makes the synchroniser of a replicated detector.</summary>
    public StreamSynchroniser(DaqConfiguration configuration, ReplicationOptions options, ILogger? logger = null)
        : base($"stream-synchroniser-{configuration.DetectorName}", logger)
    {
        (_configuration, _options) = (configuration, options);
        _image = new AnnouncedImage(configuration);
        _collector = NewCollector();
        ReplicationMetrics.Observe(this);
    }

    /// <summary>Images announced.</summary>
    public long Images => _collector.Complete - OverwrittenImages;

    /// <summary>Images given up because not all their parts arrived.</summary>
    public long IncompleteImages => _collector.Incomplete;

    /// <summary>Reports that arrived after their image was settled, or twice.</summary>
    public long LateParts => _collector.Late;

    /// <summary>Complete images whose slot a newer image had taken.</summary>
    public long OverwrittenImages { get; private set; }

    /// <summary>Images between those announced that were not; incomplete and overwritten ones are among them.</summary>
    public long MissingImages => _gaps.Missing;

    /// <summary>Reports that were about no image of this detector.</summary>
    public long Unexpected { get; private set; }

    /// <summary>Programs that listen to the channel.</summary>
    public int Subscribers => _channel?.Subscribers ?? 0;

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        _collector = NewCollector();
        (_gaps, OverwrittenImages, Unexpected, _last) = (new IdGaps(), 0, 0, null);
        _noted.Clear();
        var name = StreamNames.Of(_configuration.DetectorName, StreamNames.Image);
        _channel = new MetadataPublisher(StreamNames.Endpoint(name));
        Listen(MetadataChannel.Collect(StreamNames.Endpoint(StreamNames.Of(_configuration.DetectorName, StreamNames.Sync))));
        _channel.Wakes(Incoming);
        _losses = LossJournal.Open(_configuration.DetectorName);
        _ring = Ring.ForProducer(name, _configuration.ImageBytes, _options.ImageSlots);
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        var received = 0;
        Incoming.ReceiveTimeout = _collector.Pending > 0 ? MetadataChannel.ReceiveTimeout : MetadataChannel.RestTimeout;
        for (; received < Burst && Incoming.TryReceive(_message, out var length, wait: received == 0); received++)
        {
            if (_image.TryRead(_message, length))
                _collector.Add(_image.Metadata.ImageId, _message.AsSpan(0, length), Environment.TickCount64, _decided);
            else
                CountUnexpected();
            Announce();
        }
        _channel!.LogSubscribers(Logger, ServiceName);
        if (received > 0)
            return null;
        _collector.Tick(Environment.TickCount64, _decided);
        Announce();
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        _channel?.Dispose();
        base.OnStopped();
        _losses?.Dispose();
        _ring?.Dispose();
    }

    private ImageCollector NewCollector() => _configuration.SenderSendsFullImages
        ? new WholeImageCollector(_configuration.MaxForwarders, _configuration.ModuleSyncQueueSize, _options.ImageTimeout)
        : new SplitImageCollector(ImageParts.Of(_configuration).Count, _configuration.ModuleSyncQueueSize, _options.ImageTimeout);

    private void Announce()
    {
        foreach (var image in _decided)
        {
            if (!image.IsComplete)
            {
                _ring!.Generations.Abandon(image.Id);
                Note(image.Id, LossReason.Incomplete);
                LogFirstLoss(image.Id);
            }
            else if (_ring!.Generations.TryCompleteUnclaimed(image.Id))
            {
                _gaps.Add(image.Id);
                NoteGap(image.Id);
                _channel!.Publish(image.Metadata);
            }
            else
            {
                OverwrittenImages++;
                Note(image.Id, LossReason.Overwritten);
            }
            _collector.Recycle(image);
        }
        _decided.Clear();
    }

    private void Note(ulong id, LossReason reason)
    {
        _losses!.Add(LossStage.StreamReceiver, reason, id);
        _noted.Add(id);
    }

    // Of what lies between two images nothing came, unless it has been noted.
    private void NoteGap(ulong id)
    {
        if (_configuration.Kind.ImageIdsAreConsecutive && _last is { } last && id > last && id - last <= LongestGap)
        {
            for (var missing = last + 1; missing < id; missing++)
            {
                if (!_noted.Contains(missing))
                    Note(missing, LossReason.NotReceived);
            }
        }
        _noted.Clear();
        _last = id;
    }

    private void CountUnexpected()
    {
        Unexpected++;
        if (IsFirstTrouble(1))
            _image.Complain(Logger, ServiceName);
    }

    private void LogFirstLoss(ulong id)
    {
        if (IsFirstTrouble(0))
            Logger.LogWarning("{Service}: image {Image} was given up because not all its parts arrived; further ones are only counted", ServiceName, id);
    }
}
