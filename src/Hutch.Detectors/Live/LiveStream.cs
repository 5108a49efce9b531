using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Native.Zmq;
using Hutch.Services;
using Hutch.Streams;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Live;

/// <summary>
/// Offers images of a detector to viewers, as <c>array-1.0</c>. It reads the ring like every other reader and holds nothing up:
/// when it, or a viewer, is too slow, images are skipped and counted.
/// </summary>
public sealed unsafe class LiveStream : ChannelService
{
    private readonly DaqConfiguration _configuration;
    private readonly LiveStreamConfiguration _selection;
    private readonly LiveStreamOptions _options;
    private readonly AnnouncedImage _image;
    private readonly byte[] _message = new byte[AnnouncedImage.MaxBytes];
    private readonly byte[] _header = new byte[ArrayHeader.MaxBytes];
    private readonly Queue<ulong> _waiting = new();
    private readonly string _type;
    private ImageSelector _selector;
    private Ring? _ring;
    private MetadataPublisher? _stream;
    private ZmqMessage? _pixels;

    /// <summary>Makes a live stream.</summary>
    /// <param name="configuration">The detector.</param>
    /// <param name="address">Where the stream is offered: <c>tcp://address:port</c>, a key of <c>live_stream_configs</c>.</param>
    /// <param name="selection">Which images it carries.</param>
    /// <param name="options">Settings.</param>
    /// <param name="logger">Where problems are logged.</param>
    public LiveStream(DaqConfiguration configuration, string address, LiveStreamConfiguration selection, LiveStreamOptions options, ILogger? logger = null)
        : base($"live-stream-{configuration.DetectorName}-{address[(address.LastIndexOfAny(['/', ':']) + 1)..]}", logger)
    {
        (_configuration, Address, _selection, _options) = (configuration, address, selection, options);
        _image = new AnnouncedImage(configuration);
        _selector = new ImageSelector(selection);
        _type = ArrayHeader.TypeName(configuration.ImageType);
        LiveStreamMetrics.Observe(this);
    }

    /// <summary>Where the stream is offered.</summary>
    public string Address { get; }

    /// <summary>What has been done since the start.</summary>
    public LiveStreamCounters Counters { get; private set; } = new();

    /// <summary>Who watches.</summary>
    public int Subscribers => _stream?.Subscribers ?? 0;

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        Counters = new LiveStreamCounters();
        _selector = new ImageSelector(_selection);
        _waiting.Clear();
        var name = StreamNames.Of(_configuration.DetectorName, StreamNames.Image);
        _stream = new MetadataPublisher(Address, _options.Queue);
        _ring = Ring.ForConsumer(name, _configuration.ImageBytes, _options.ImageSlots);
        _pixels = new ZmqMessage();
        Listen(MetadataChannel.Subscribe(StreamNames.Endpoint(name)));
        _stream.Wakes(Incoming);
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        _stream!.LogSubscribers(Logger, ServiceName);
        // Announcements are taken in at once, so that nothing ever waits for this program; what is too much is left out here.
        for (var wait = _waiting.Count == 0; Incoming.TryReceive(_message, out var length, wait); wait = false)
            TakeIn(length);
        if (_waiting.TryDequeue(out var id))
            Send(id);
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        base.OnStopped();
        _stream?.Dispose();
        _pixels?.Dispose();
        _ring?.Dispose();
    }

    private void TakeIn(int length)
    {
        if (!_image.TryRead(_message, length))
        {
            Counters.Unexpected++;
            if (IsFirstTrouble(0))
                _image.Complain(Logger, ServiceName);
            return;
        }
        if (Subscribers == 0 || !_selector.Selects(_image.Metadata.ImageId, DateTime.UtcNow))
        {
            Counters.NotSelected++;
            return;
        }
        _waiting.Enqueue(_image.Metadata.ImageId);
        if (_waiting.Count <= _options.Backlog)
            return;
        _waiting.Dequeue();
        if (Counters.Late++ == 0)
            Logger.LogWarning("{Service}: images are skipped because this program does not keep up with the detector", ServiceName);
    }

    private void Send(ulong id)
    {
        _pixels!.Allocate(_configuration.ImageBytes);
        Buffer.MemoryCopy(_ring!.Slot(id), _pixels.Data, _configuration.ImageBytes, _configuration.ImageBytes);
        if (!_ring.Generations.Holds(id))
        {
            if (Counters.Overwritten++ == 0)
                Logger.LogWarning("{Service}: image {Image} was overwritten before it was sent: the ring is too small, or this program got too little processor time", ServiceName, id);
            return;
        }
        var header = ArrayHeader.Write(_header, _configuration.ImageHeight, _configuration.ImageWidth, _type, id);
        if (_stream!.Publish(_header.AsSpan(0, header), _pixels))
            Counters.Sent++;
        else if (Counters.Dropped++ == 0)
            Logger.LogWarning("{Service}: a viewer missed image {Image} because the network or the viewing program is too slow", ServiceName, id);
    }
}
