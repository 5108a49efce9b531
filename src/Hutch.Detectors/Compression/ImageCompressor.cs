using Google.Protobuf;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Ledger;
using Hutch.Native.Processes;
using Hutch.Native.Zmq;
using Hutch.Services;
using Hutch.Streams;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Compression;

/// <summary>
/// Compresses the images that are announced on <c>detector-image</c> into the ring <c>detector-compressed</c> and announces them on the
/// channel of the same name, in the order in which they came. Several threads compress, each an image. An image that would not become
/// smaller is passed on as it is, so that no slot is ever overrun.
/// </summary>
public sealed class ImageCompressor : ChannelService
{
    // Images under way for each worker: one in work and one to go on with.
    private const int JobsPerWorker = 2;

    private readonly DaqConfiguration _configuration;
    private readonly ImageCompressorOptions _options;
    private readonly AnnouncedImage _image;
    private readonly byte[] _message = new byte[AnnouncedImage.MaxBytes];
    private readonly Action _logSubscribers;
    private CompressorQueue? _queue;
    private LossJournal? _losses;
    private Ring? _source;
    private Ring? _target;
    private MetadataPublisher? _channel;
    private List<Thread> _workers = [];

    /// <summary>Makes the compressor of a detector.</summary>
    public ImageCompressor(DaqConfiguration configuration, ImageCompressorOptions options, ILogger? logger = null)
        : base($"compressor-{configuration.DetectorName}", logger)
    {
        (_configuration, _options) = (configuration, options);
        _image = new AnnouncedImage(configuration);
        _logSubscribers = () => _channel!.LogSubscribers(Logger, ServiceName);
        CompressionMetrics.Observe(this);
    }

    /// <summary>What has been done since the start.</summary>
    public CompressorCounters Counters { get; private set; } = new();

    /// <summary>Programs that listen to the channel.</summary>
    public int Subscribers => _channel?.Subscribers ?? 0;

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        Counters = new CompressorCounters();
        var compressed = StreamNames.Of(_configuration.DetectorName, StreamNames.Compressed);
        var image = StreamNames.Of(_configuration.DetectorName, StreamNames.Image);
        _channel = new MetadataPublisher(StreamNames.Endpoint(compressed));
        _losses = LossJournal.Open(_configuration.DetectorName);
        _source = Ring.ForConsumer(image, _configuration.ImageBytes, _options.ImageSlots);
        _target = Ring.ForProducer(compressed, _configuration.ImageBytes, _options.ImageSlots);
        _queue = new CompressorQueue(_options.Workers * JobsPerWorker, Publish);
        _workers = [.. Enumerable.Range(0, _options.Workers).Select(i => new Thread(() => Work(_options.WorkerPlacement(i))) { Name = $"{ServiceName}-{i}", IsBackground = true })];
        _workers.ForEach(w => w.Start());
        Listen(MetadataChannel.Subscribe(StreamNames.Endpoint(image)));
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        if (_queue!.WaitForPlace(stop) is not { } job)
            return null;
        if (Incoming.TryReceive(_message, out var length) && TryRead(length, job))
            _queue.Add();
        _queue.Exclusively(_logSubscribers);
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        _queue?.End();
        _workers.ForEach(w => w.Join());
        base.OnStopped();
        _channel?.Dispose();
        _target?.Dispose();
        _source?.Dispose();
        _losses?.Dispose();
    }

    private bool TryRead(int length, CompressionJob job)
    {
        if (_image.TryRead(_message, length))
        {
            // Into the job's own object: a copy would be a new one for each image.
            return job.Image.TryRead(_message.AsSpan(0, length));
        }
        Counters.Unexpected++;
        if (IsFirstTrouble(0))
            _image.Complain(Logger, ServiceName);
        return false;
    }

    private void Work(ThreadPlacement? placement)
    {
        try
        {
            placement?.Apply();
            var scratch = new byte[BitshuffleLz4.ScratchBytes(_configuration.PixelBytes)];
            while (_queue!.Take() is { } job)
            {
                Compress(job, scratch);
                _queue.Done(job);
            }
        }
        catch (Exception error)
        {
            _queue!.Fail(error);   // the service's own thread throws it
        }
    }

    private void Compress(CompressionJob job, byte[] scratch)
    {
        var id = job.Image.ImageId;
        job.IsOverwritten = true;
        if (!_source!.Generations.Holds(id) || !_target!.Generations.TryBegin(id))
            return;
        var pixels = _source.SlotSpan(id);
        var slot = _target.SlotSpan(id);
        var bytes = BitshuffleLz4.Compress(pixels, _configuration.PixelBytes, slot, scratch);
        job.Image.Compression = bytes > 0 ? ImageCompression.H5BitshuffleLz4 : ImageCompression.None;
        if (bytes > 0)
            job.Image.Size = (ulong)bytes;
        else
            pixels.CopyTo(slot);
        if (!_source.Generations.Holds(id))
            _target.Generations.Abandon(id);
        else
            job.IsOverwritten = !_target.Generations.TryComplete(id);
    }

    // Called by one worker at a time, in the order in which the images came.
    private void Publish(CompressionJob job)
    {
        if (job.IsOverwritten)
        {
            _losses!.Add(LossStage.Compressor, LossReason.Overwritten, job.Image.ImageId);
            if (Counters.Overwritten++ == 0)
                Logger.LogWarning("{Service}: image {Image} was overwritten before it was compressed: give it more workers, or the ring more slots", ServiceName, job.Image.ImageId);
            return;
        }
        if (job.Image.Compression == ImageCompression.None)
            Counters.Incompressible++;
        else
            Counters.Compressed++;
        Counters.BytesIn += _configuration.ImageBytes;
        Counters.BytesOut += (long)job.Image.Size;
        Span<byte> message = stackalloc byte[_message.Length];
        var length = job.Image.CalculateSize();
        job.Image.WriteTo(message[..length]);
        _channel!.Publish(message[..length]);
        Counters.Dropped = _channel.Dropped;
    }
}
