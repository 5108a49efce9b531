using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Native.Zmq;
using Hutch.Services;
using Hutch.Streams;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Replication;

/// <summary>
/// Receives one part of every image from another machine into the image ring of this one, and reports it on the channel
/// <c>detector-sync</c>. A sender that goes away is waited for.
/// </summary>
public sealed unsafe class StreamReceiver : ChannelService
{
    private const int Burst = 16;

    private readonly DaqConfiguration _configuration;
    private readonly ReplicationOptions _options;
    private readonly AnnouncedImage _image;
    private readonly byte[] _message = new byte[AnnouncedImage.MaxBytes];
    private readonly long _deployedBytes;
    private IdGaps _gaps = new();
    private ZmqSocket? _sync;
    private ZmqMessage? _pixels;
    private Ring? _ring;

    /// <summary>Makes the receiver of a part.</summary>
    /// <param name="configuration">The detector, as the sender has it; the name may be another.</param>
    /// <param name="part">The part, see <see cref="ImageParts"/>.</param>
    /// <param name="endpoint">Where it is offered: <c>tcp://host:port</c>.</param>
    /// <param name="options">Settings.</param>
    /// <param name="logger">Where problems are logged.</param>
    public StreamReceiver(DaqConfiguration configuration, ImagePart part, string endpoint, ReplicationOptions options, ILogger? logger = null)
        : base($"stream-receive-{configuration.DetectorName}-{part.Number}", logger)
    {
        (_configuration, Part, Endpoint, _options) = (configuration, part, endpoint, options);
        _image = new AnnouncedImage(configuration);
        _deployedBytes = ImageParts.DeployedBytes(configuration, part);
        ReplicationMetrics.Observe(this);
    }

    /// <summary>The part that is received.</summary>
    public ImagePart Part { get; }

    /// <summary>Where it comes from.</summary>
    public string Endpoint { get; }

    /// <summary>What has been received since the start.</summary>
    public StreamReceiverCounters Counters { get; private set; } = new();

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        Counters = new StreamReceiverCounters();
        _gaps = new IdGaps();
        _ring = Ring.ForConsumer(StreamNames.Of(_configuration.DetectorName, StreamNames.Image), _configuration.ImageBytes, _options.ImageSlots);
        _sync = MetadataChannel.Push(StreamNames.Endpoint(StreamNames.Of(_configuration.DetectorName, StreamNames.Sync)));
        _pixels = new ZmqMessage();
        Listen(MetadataChannel.SubscribeToStream(Endpoint, _options.ReceiveQueue));
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        for (var i = 0; i < Burst && Incoming.TryReceive(_message, out var length, wait: i == 0); i++)
        {
            // All parts of a message are there when the first one is.
            var parts = 1;
            for (; Incoming.HasMore && Incoming.TryReceive(_pixels!); parts++)
            {
            }
            if (parts == 2 && _image.TryRead(_message, length) && HasExpectedSize())
                Take(_message.AsSpan(0, length));
            else
                CountWrongSize(parts);
        }
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        base.OnStopped();
        _sync?.Dispose();
        _pixels?.Dispose();
        _ring?.Dispose();
    }

    private bool HasExpectedSize() => _pixels!.Length == Part.Bytes || _pixels.Length == _deployedBytes;

    private void Take(ReadOnlySpan<byte> metadata)
    {
        var id = _image.Metadata.ImageId;
        _gaps.Add(id);
        if (_gaps.Missing != Counters.Missing)
        {
            Counters.Missing = _gaps.Missing;
            if (IsFirstTrouble(0))
                Warn($"parts are missing before image {id}: the sender dropped them, or they were sent while there was no connection");
        }
        // A synchroniser of another maker does not keep the table.
        if (_ring!.Generations.IsKept && !_ring.Generations.TryBegin(id))
        {
            Counters.Outdated++;
            if (IsFirstTrouble(1))
                Warn($"a part of image {id} arrived when its slot already held a newer image: the pairs are too far apart, or the ring is too small");
            return;
        }
        var place = _ring.Slot(id) + Part.Offset;
        Buffer.MemoryCopy(_pixels!.Data, place, Part.Bytes, _pixels.Length);
        if (_pixels.Length < Part.Bytes)
        {
            new Span<byte>(place + _pixels.Length, (int)(Part.Bytes - _pixels.Length)).Clear();
            Counters.Short++;
            if (IsFirstTrouble(2))
                Warn($"the sender leaves out the last {Part.Bytes - _pixels.Length} bytes of its part: choose a max_number_of_forwarders_spawned that divides the image");
        }
        if (_sync!.TrySend(metadata))
        {
            Counters.Received++;
            Counters.Bytes += Part.Bytes;
            return;
        }
        Counters.Unannounced++;
        if (IsFirstTrouble(3))
            Warn($"image {id} was not taken by a synchroniser: start one on this machine");
    }

    private void CountWrongSize(int parts)
    {
        Counters.WrongSize++;
        if (IsFirstTrouble(4))
            Warn(parts == 2
            ? $"a message is not part {Part.Number} of an image ({_pixels!.Length} bytes instead of {Part.Bytes}, {_image.Metadata.Width} x {_image.Metadata.Height} pixels): does the sender have the same configuration?"
            : $"a message has {parts} parts instead of 2: is {Endpoint} the address of a stream-send?");
    }

    private void Warn(string text) => Logger.LogWarning("{Service}: {Text}", ServiceName, text);
}
