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
public sealed unsafe class StreamSender : Service
{
    private const int Burst = 16;

    private readonly DaqConfiguration _configuration;
    private readonly ReplicationOptions _options;
    private readonly AnnouncedImage _image;
    private readonly byte[] _message = new byte[AnnouncedImage.MaxBytes];
    private readonly IdGaps _gaps = new();
    private ZmqSocket? _images;
    private Ring? _ring;
    private MetadataPublisher? _stream;
    private ZmqMessage? _pixels;
    private int _troublesLogged;

    /// <summary>Makes the sender of a part.</summary>
    /// <param name="configuration">The detector.</param>
    /// <param name="part">The part, see <see cref="ImageParts"/>.</param>
    /// <param name="endpoint">Where it is offered: <c>tcp://address:port</c>.</param>
    /// <param name="options">Settings.</param>
    /// <param name="logger">Where troubles are told.</param>
    public StreamSender(DaqConfiguration configuration, ImagePart part, string endpoint, ReplicationOptions options, ILogger? logger = null)
        : base($"stream-send-{configuration.DetectorName}-{part.Number}", logger)
    {
        (_configuration, Part, Endpoint, _options) = (configuration, part, endpoint, options);
        _image = new AnnouncedImage(configuration);
        OnError = ErrorAction.Fail;
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
        _troublesLogged = 0;
        var name = StreamNames.Of(_configuration.DetectorName, StreamNames.Image);
        _stream = new MetadataPublisher(Endpoint, _options.SendQueue);
        _ring = Ring.ForConsumer(name, _configuration.ImageBytes, _options.ImageSlots);
        _pixels = new ZmqMessage();
        _images = MetadataChannel.Subscribe(StreamNames.Endpoint(name));
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        if (_stream!.CountSubscribers())
            Logger.LogInformation("{Service}: subscribers: {Subscribers}", ServiceName, Subscribers);
        for (var i = 0; i < Burst && _images!.TryReceive(_message, out var length, wait: i == 0); i++)
        {
            if (length <= _message.Length && _image.TryRead(_message.AsSpan(0, length)))
                Send(_message.AsSpan(0, length));
            else if (Counters.Unexpected++ == 0)
                Logger.LogWarning("{Service}: something was announced that is no image of {Width} x {Height} pixels: does its producer have the same configuration?",
                    ServiceName, _configuration.ImageWidth, _configuration.ImageHeight);
        }
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        _images?.Dispose();
        _stream?.Dispose();
        _pixels?.Dispose();
        _ring?.Dispose();
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
            LogFirst(1, $"image {id} was overwritten before it was sent: this program got too little of a processor, or the ring is too small");
            return;
        }
        if (_stream!.Publish(metadata, _pixels))
        {
            Counters.Sent++;
            Counters.Bytes += Part.Bytes;
            return;
        }
        Counters.Dropped++;
        LogFirst(2, $"a receiver missed image {id} because {_options.SendQueue} images waited for it already: the network or the receiver is too slow");
    }

    private void LogFirst(int bit, string text)
    {
        if ((_troublesLogged & bit) != 0)
            return;
        _troublesLogged |= bit;
        Logger.LogWarning("{Service}: {Text}", ServiceName, text);
    }
}
