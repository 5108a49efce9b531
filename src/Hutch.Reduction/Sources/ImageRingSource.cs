using Hutch.Native.Zmq;
using Hutch.Reduction.Chunks;
using Hutch.LiveResults;
using Hutch.Streams;

namespace Hutch.Reduction.Sources;

/// <summary>
/// Images of a detector's image ring, announced on the channel of the same name. It is a guest of the data path: it makes nothing,
/// waits for the detector to appear, releases the ring when nothing arrives, and blocks no one.
/// </summary>
public sealed class ImageRingSource : IChunkSource
{
    // A ring is let go of after so long: another detector of the name may want another size.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(2);

    private readonly string _detector;
    private readonly RunTracker _runs = new();
    private readonly ImageMetadata _image = new();
    private readonly byte[] _message = new byte[512];
    private ZmqSocket? _images;
    private string? _name;
    private Ring? _ring;
    private int _producer;
    private long _lastMessage = Environment.TickCount64;

    /// <summary>Makes a source.</summary>
    /// <param name="detector">The detector's name; empty for the first detector that has an image ring.</param>
    public ImageRingSource(string detector) => _detector = detector;

    /// <inheritdoc/>
    public string Description => _name is { } name ? $"image ring {name}" : _detector.Length > 0 ? $"image ring {StreamNames.Of(_detector, StreamNames.Image)}" : "the first image ring that appears";

    /// <inheritdoc/>
    public bool CanRewind => false;

    /// <inheritdoc/>
    public void Rewind() => throw new NotSupportedException("a ring cannot be read again");

    /// <inheritdoc/>
    public bool Read(IChunkSink sink, CancellationToken stop)
    {
        if (!Connect())
        {
            stop.WaitHandle.WaitOne(50);
            return true;
        }
        if (!_images!.TryReceive(_message, out var length))
        {
            if (Environment.TickCount64 - _lastMessage > IdleTimeout.TotalMilliseconds)
                LetGo();
            return true;
        }
        _lastMessage = Environment.TickCount64;
        if (TryParse(length))
            Take(sink, stop);
        else
            sink.CountLost(1, $"an announcement on {_name} is not for an uncompressed image");
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _images?.Dispose();
        LetGo();
    }

    private bool Connect()
    {
        if (_images is not null)
            return true;
        _name = _detector.Length > 0 ? StreamNames.Of(_detector, StreamNames.Image) : FirstRing();
        if (_name is null)
            return false;
        _images = MetadataChannel.Subscribe(StreamNames.Endpoint(_name));
        return true;
    }

    private static string? FirstRing() =>
        Directory.GetFiles("/dev/shm", $"*-{StreamNames.Image}").Select(Path.GetFileName).Order(StringComparer.Ordinal).FirstOrDefault();

    private bool TryParse(int length)
    {
        return length <= _message.Length && _image.TryRead(_message.AsSpan(0, length))
            && _image is { Compression: ImageCompression.None, Size: > 0 } && TypeOf(_image.Dtype) is { } type
            && _image.Size == _image.Height * _image.Width * (ulong)NumpyType.Size(type);
    }

    private void Take(IChunkSink sink, CancellationToken stop)
    {
        if (_ring?.SlotBytes != (long)_image.Size)
        {
            LetGo();
            _ring = Ring.TryOpen(_name!, (long)_image.Size);
        }
        if (_ring is null)
        {
            sink.CountLost(1, $"image {_image.ImageId} is announced, but there is no ring {_name} with a table of generations for images of {_image.Size} bytes");
            return;
        }
        var type = TypeOf(_image.Dtype)!;
        long[] shape = [(long)_image.Height, (long)_image.Width];
        // Another process that fills the ring is another acquisition, also where the ids happen to go on.
        if (_ring.Generations.Producer != _producer)
        {
            _producer = _ring.Generations.Producer;
            EndRun(sink, _runs.End());
        }
        EndRun(sink, _runs.Next(_image.ImageId, $"{type} {shape[0]}x{shape[1]}", name: null));
        if (_runs.Gap > 0)
            sink.CountLost((long)_runs.Gap, $"{_runs.Gap} images before image {_image.ImageId} were never announced");
        var block = sink.Reserve((long)_image.Size, stop);
        _ring.SlotSpan(_image.ImageId).CopyTo(sink.Span(block));
        if (!_ring.Generations.Holds(_image.ImageId))
        {
            sink.Discard(block);
            sink.CountLost(1, $"image {_image.ImageId} was overwritten in the ring before it could be read: the scripts are slower than the detector");
            return;
        }
        sink.Submit(new Chunk
        {
            Run = _runs.Current!,
            Type = type,
            Shape = shape,
            Block = block,
            Attributes = new Dictionary<string, object?>
            {
                ["image_ids"] = new[] { _image.ImageId },
                ["status"] = (int)_image.Status,
                ["time_ns"] = EventTime.Now(),
                ["units"] = "counts",
            },
        });
    }

    private static void EndRun(IChunkSink sink, string? run)
    {
        if (run is not null)
            sink.Submit(Chunks.EndOfRun.Of(run));
    }

    private void LetGo()
    {
        _ring?.Dispose();
        _ring = null;
    }

    private static string? TypeOf(ImageDataType type) => type switch
    {
        ImageDataType.Uint8 => NumpyType.UInt8,
        ImageDataType.Uint16 => NumpyType.UInt16,
        ImageDataType.Uint32 => NumpyType.UInt32,
        ImageDataType.Uint64 => NumpyType.UInt64,
        ImageDataType.Int8 => "|i1",
        ImageDataType.Int16 => "<i2",
        ImageDataType.Int32 => "<i4",
        ImageDataType.Int64 => NumpyType.Int64,
        ImageDataType.Float16 => "<f2",
        ImageDataType.Float32 => NumpyType.Float32,
        ImageDataType.Float64 => NumpyType.Float64,
        _ => null,
    };
}
