using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Native.Zmq;
using Hutch.Services;
using Hutch.Streams;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Replication;

/// <summary>
/// Sends one part of every image that is announced on <c>detector-image</c> to the machines that subscribe. A receiver that is slow, or
/// not there, never holds anything up: what it misses is counted.
/// </summary>
public sealed unsafe class StreamSender : ChannelService
{
    private const int Burst = 16;

    private readonly DaqConfiguration _configuration;
    private readonly ReplicationOptions _options;
    private readonly AnnouncedImage _image;
    private readonly byte[] _message = new byte[AnnouncedImage.MaxBytes];
    private readonly IdGaps _gaps = new();
    private Ring? _ring;
    private MetadataPublisher? _stream;
    private ZmqMessage? _pixels;

    /// <summary>Makes the sender of a part.</summary>
    /// <param name="configuration">The detector.</param>
    /// <param name="part">The part, see <see cref="ImageParts"/>.</param>
    /// <param name="endpoint">Where it is offered: <c>tcp://address:port</c>.</param>
    /// <param name="options">Settings.</param>
    /// <param name="logger">Where problems are logged.</param>
    public StreamSender(DaqConfiguration configuration, ImagePart part, string endpoint, ReplicationOptions options, ILogger? logger = null)
        : base($"stream-send-{configuration.DetectorName}-{part.Number}", logger)
    {
        (_configuration, Part, Endpoint, _options) = (configuration, part, endpoint, options);
        _image = new AnnouncedImage(configuration);
        ReplicationMetrics.Observe(this);
    }

    /// <summary>The part that is sent.</summary>
    public ImagePart Part { get; }

    /// <summary>Where it is offered.</summary>
    public string Endpoint { get; }

    /// <summary>What has been done since the start.</summary>
    public SenderCounters Counters { get; private set; } = new();

    /// <summary>Receivers that are connected.</summary>
    public int Subscribers => _stream?.Subscribers ?? 0;

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        Counters = new SenderCounters();
        var name = StreamNames.Of(_configuration.DetectorName, StreamNames.Image);
        _stream = new MetadataPublisher(Endpoint, _options.SendQueue);
        _ring = Ring.ForConsumer(name, _configuration.ImageBytes, _options.ImageSlots);
        _pixels = new ZmqMessage();
        Listen(MetadataChannel.Subscribe(StreamNames.Endpoint(name)));
        _stream.Wakes(Incoming);
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        _stream!.LogSubscribers(Logger, ServiceName);
        for (var i = 0; i < Burst && Incoming.TryReceive(_message, out var length, wait: i == 0); i++)
        {
            if (_image.TryRead(_message, length))
                Send(_message.AsSpan(0, length));
            else
                CountUnexpected();
        }
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

    private void CountUnexpected()
    {
        Counters.Unexpected++;
        if (IsFirstTrouble(2))
            _image.Complain(Logger, ServiceName);
    }

    private void Send(ReadOnlySpan<byte> metadata)
    {
        var id = _image.Metadata.ImageId;
        _gaps.Add(id);
        Counters.MissingIds = _gaps.Missing;
        if (_configuration.SenderSendsFullImages && id % (ulong)_configuration.MaxForwarders != (ulong)Part.Number)
            return;
        if (Subscribers == 0)
        {
            Counters.Unheard++;
            return;
        }
        // One copy out of the ring, for the slot may be overwritten while the message waits in a queue.
        _pixels!.Allocate(Part.Bytes);
        Buffer.MemoryCopy(_ring!.Slot(id) + Part.Offset, _pixels.Data, Part.Bytes, Part.Bytes);
        if (!_ring.Generations.Holds(id))
        {
            Counters.Overwritten++;
            if (IsFirstTrouble(0))
                Warn($"image {id} was overwritten before it was sent: this program got too little processor time, or the ring is too small");
            return;
        }
        if (_stream!.Publish(metadata, _pixels))
        {
            Counters.Sent++;
            Counters.Bytes += Part.Bytes;
            return;
        }
        Counters.Dropped++;
        if (IsFirstTrouble(1))
            Warn($"a receiver missed image {id} because {_options.SendQueue} images waited for it already: the network or the receiver is too slow");
    }

    private void Warn(string text) => Logger.LogWarning("{Service}: {Text}", ServiceName, text);
}
