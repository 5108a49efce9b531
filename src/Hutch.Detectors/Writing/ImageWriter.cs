using System.Diagnostics;
using Google.Protobuf;
using Hutch.Detectors.Compression;
using Hutch.Detectors.Configuration;
using Hutch.Native.Hdf5;
using Hutch.Native.Zmq;
using Hutch.Services;
using Hutch.Streams;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Writing;

/// <summary>
/// Writes the images that are announced on <c>detector-image</c>, or <c>detector-compressed</c>, from the ring of the same name into a file,
/// until the run has as many as were asked for or the service is stopped. A file so far is closed well in both cases; if writing fails, it is renamed.
/// </summary>
public sealed class ImageWriter : Service
{
    private readonly DaqConfiguration _configuration;
    private readonly ImageWriterOptions _options;
    private readonly ImageMetadata _image = new();
    private readonly byte[] _message = new byte[512];
    private ZmqSocket? _images;
    private Ring? _ring;
    private ImageFile? _file;

    /// <summary>Makes a writer for one run.</summary>
    public ImageWriter(DaqConfiguration configuration, WriterRun run, ImageWriterOptions options, ILogger? logger = null)
        : base($"writer-{configuration.DetectorName}", logger)
    {
        (_configuration, Run, _options) = (configuration, run, options);
        OnError = ErrorAction.Fail;
    }

    /// <summary>What is to be written.</summary>
    public WriterRun Run { get; }

    /// <summary>What has been written.</summary>
    public RunStatistics Statistics { get; private set; } = new();

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        Statistics = new RunStatistics();
        if (File.Exists(Run.OutputFile) && !_options.Overwrite)
            throw new UserErrorException($"output file {Run.OutputFile} exists; remove it, choose another one, or allow it to be replaced with --overwrite");
        _file = ImageFile.Create(_configuration, Run, _options.Compressed);
        var name = StreamNames.Of(_configuration.DetectorName, _options.Compressed ? StreamNames.Compressed : StreamNames.Image);
        _ring = Ring.ForConsumer(name, _configuration.ImageBytes, _options.ImageSlots);
        _images = MetadataChannel.Subscribe(StreamNames.Endpoint(name));
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        if (!_images!.TryReceive(_message, out var length))
            return null;
        Statistics.FirstImageAt ??= DateTimeOffset.UtcNow;
        try
        {
            if (TryParse(length))
                Write();
        }
        catch (Exception error) when (error is IOException or UserErrorException)
        {
            throw GiveUp(error);
        }
        if (Statistics.Written >= Run.Images)
            Stop();
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        _images?.Dispose();
        _ring?.Dispose();
        try
        {
            _file?.Flush();
            _file?.Dispose();
        }
        catch (IOException error)
        {
            throw GiveUp(error);
        }
        _file = null;
    }

    private UserErrorException GiveUp(Exception error)
    {
        var file = _file!;
        _file = null;
        try
        {
            file.Flush();
        }
        catch (IOException)
        {
            // The disk that refused the image refuses this too; the file holds what the last flush brought there.
        }
        file.Dispose();
        return new UserErrorException(
            $"writing {Run.OutputFile} failed: {error.Message}; {file.Images} of {Run.Images} images are in {OutputFile.MarkIncomplete(Run.OutputFile)}", error);
    }

    private bool TryParse(int length)
    {
        try
        {
            // The fields of the message before would stay where this one has none.
            _image.Status = ImageStatus.Undefined;
            _image.ImageId = 0;
            _image.Compression = ImageCompression.None;
            _image.MergeFrom(_message.AsSpan(0, Math.Min(length, _message.Length)));
            if (IsWhole(_image) && _image.Dtype == _configuration.ImageType)
                return true;
        }
        catch (InvalidProtocolBufferException)
        {
        }
        if (Statistics.Unexpected++ == 0)
            Logger.LogWarning("{Service}: something was announced that is no image of {Width} x {Height} pixels: does the sender have the same configuration?",
                ServiceName, _configuration.ImageWidth, _configuration.ImageHeight);
        return false;
    }

    // An image that did not become smaller comes as it is.
    private bool IsWhole(ImageMetadata image) => image.Compression switch
    {
        ImageCompression.None => image.Size == (ulong)_configuration.ImageBytes,
        ImageCompression.H5BitshuffleLz4 => _options.Compressed && image.Size is > 0 and var size && size <= (ulong)_configuration.ImageBytes,
        _ => false,
    };

    private void Write()
    {
        var started = Stopwatch.GetTimestamp();
        var isRaw = _image.Compression == ImageCompression.None;
        _file!.Write(_ring!.SlotSpan(_image.ImageId)[..(int)_image.Size], _options.Compressed && isRaw ? BitshuffleFilter.Skipped : 0);
        if (!_ring.Generations.Holds(_image.ImageId))
        {
            if (Statistics.Overwritten++ == 0)
                Logger.LogWarning("{Service}: image {Image} was overwritten before it was in the file: the disk is slower than the detector, or the ring too small", ServiceName, _image.ImageId);
            return;
        }
        _file.Keep(_image.ImageId, _image.Status);
        Statistics.Written++;
        Statistics.Bytes += _configuration.ImageBytes;
        if (_image.Status == ImageStatus.MissingPackets)
            Statistics.WithMissingPackets++;
        Statistics.LastImageAt = DateTimeOffset.UtcNow;
        var elapsed = Stopwatch.GetElapsedTime(started);
        if (elapsed > Statistics.LongestWrite)
            Statistics.LongestWrite = elapsed;
    }
}
