using System.Diagnostics;
using Google.Protobuf;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Ledger;
using Hutch.Native.Posix;
using Hutch.Native.Zmq;
using Hutch.Services;
using Hutch.Streams;
using Hutch.Tracing;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Writing;

/// <summary>
/// Writes images from the ring into HDF5 files, as the driver of the detector tells it on <c>detector-driver-i</c>: make a file, write an
/// image, say when the last one is written, close. Answers on <c>detector-writer-i</c>. Between the driver and the disk, images wait in the
/// ring: a disk may be slow for as long as the ring lasts.
/// </summary>
public sealed class ImageWriter : ChannelService
{
    private readonly DaqConfiguration _configuration;
    private readonly ImageWriterOptions _options;
    private readonly WriterAction _action = new();
    private readonly byte[] _message = new byte[64 << 10];
    private WriterReports? _reports;
    private LossJournal? _losses;
    private Ring? _ring;
    private ImageFile? _file;
    private FileSystemUser? _user;
    private Activity? _span;
    private bool _failed;
    private (long Images, long Bytes) _before;

    /// <summary>Makes a writer of a detector.</summary>
    public ImageWriter(DaqConfiguration configuration, ImageWriterOptions options, ILogger? logger = null)
        : base(options.Writers > 1 ? $"writer-{configuration.DetectorName}-{options.Writer}" : $"writer-{configuration.DetectorName}", logger)
    {
        (_configuration, _options) = (configuration, options);
        WritingMetrics.Observe(this);
    }

    /// <summary>What has been written into the present file, or the last one.</summary>
    public RunStatistics Statistics { get; private set; } = new();

    /// <summary>Images written into all files since it was made.</summary>
    internal long TotalImages => _before.Images + Statistics.Written;

    /// <summary>Bytes of these images.</summary>
    internal long TotalBytes => _before.Bytes + Statistics.Bytes;

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        var name = StreamNames.Of(_configuration.DetectorName, _options.Compressed ? StreamNames.Compressed : StreamNames.Image);
        _reports = new WriterReports(StreamNames.Writer(_configuration.DetectorName, _options.Writer), Logger);
        _losses = LossJournal.Open(_configuration.DetectorName);
        _ring = Ring.ForConsumer(name, _configuration.ImageBytes, _options.ImageSlots);
        Listen(MetadataChannel.Gather(StreamNames.Endpoint(StreamNames.Driver(_configuration.DetectorName, _options.Writer))));
    }

    /// <inheritdoc/>
    protected override void OnFirstIteration(CancellationToken stop)
    {
        base.OnFirstIteration(stop);
        _ = PixelMask.Of(_configuration);   // made before an acquisition waits for it
        // The thread alone: the rings and channels stay the process's own.
        if (_configuration.WriterUserId >= 1)
            _user = FileSystemUser.TakeOn(_configuration.WriterUserId);
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        if (!Incoming.TryReceive(_message, out var length))
            return null;
        try
        {
            _action.ClearAction();
            _action.Question = 0;
            _action.MergeFrom(_message.AsSpan(0, Math.Min(length, _message.Length)));
        }
        catch (InvalidProtocolBufferException)
        {
            NoteUnexpected();
            return null;
        }
        try
        {
            Act();
        }
        catch (Exception error) when (error is IOException or UserErrorException)
        {
            GiveUp(error);
        }
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        if (_file is not null)
            GiveUp(new UserErrorException("the writer was stopped"));
        _user?.Dispose();
        base.OnStopped();
        _reports?.Dispose();
        _ring?.Dispose();
        _losses?.Dispose();
    }

    private void Act()
    {
        switch (_action.ActionCase)
        {
            case WriterAction.ActionOneofCase.CreateFile:
                Create(_action.CreateFile);
                _reports!.Answer(Statistics, _action.Question);
                break;
            case WriterAction.ActionOneofCase.RecordImage when _file is not null:
                Write(_action.RecordImage.ImageMetadata ?? new ImageMetadata());
                break;
            case WriterAction.ActionOneofCase.RecordImage when !_failed:
                NoteUnexpected();
                break;
            case WriterAction.ActionOneofCase.ConfirmLastImage:
                _file?.Flush();
                _reports!.Answer(Statistics, _action.Question);
                break;
            case WriterAction.ActionOneofCase.CloseFile:
                Close(_action.CloseFile);
                _reports!.Answer(Statistics, _action.Question);
                break;
        }
    }

    private void Create(CreateFile create)
    {
        if (_file is not null)
            Close(new CloseFile { Incomplete = "a new file was requested" });
        _failed = false;
        _span = Traces.Begin("write file", create.Traceparent)?.SetTag("hutch.service", ServiceName);
        _before = (TotalImages, TotalBytes);
        Statistics = new RunStatistics { File = OutputFile.Of(create.Path, _options.Writer, _options.Writers) };
        _reports!.Begin(Statistics, create.ReportProgress);
        if (File.Exists(Statistics.File) && !create.Overwrite)
        {
            var file = Statistics.File;
            Statistics.File = "";
            throw new UserErrorException($"output file {file} exists; remove it, choose another one, or allow it to be replaced with --overwrite");
        }
        _file = ImageFile.Create(_configuration, Statistics.File, new ImageFileOptions
        {
            RunId = create.RunId,
            ImagesRequested = create.NImages,
            Compressed = _options.Compressed,
        });
        Logger.LogInformation("{Service}: writing {File}", ServiceName, Statistics.File);
    }

    private void Write(ImageMetadata image)
    {
        if (image.Size > (ulong)_configuration.ImageBytes || image.Dtype != _configuration.ImageType || !_file!.Takes(image))
        {
            NoteUnexpected();
            _losses!.Add(LossStage.Writer, LossReason.Unexpected, image.ImageId);
            return;
        }
        var started = Stopwatch.GetTimestamp();
        Statistics.FirstImageAt ??= DateTimeOffset.UtcNow;
        _reports!.WritingSince = Environment.TickCount64;
        _file.Write(_ring!.SlotSpan(image.ImageId), image);
        _reports.WritingSince = 0;
        if (!_ring.Generations.Holds(image.ImageId))
        {
            _losses!.Add(LossStage.Writer, LossReason.Overwritten, image.ImageId);
            if (Statistics.Overwritten++ == 0)
                Logger.LogWarning("{Service}: image {Image} was overwritten before it was in the file: the disk is slower than the detector, or the ring too small", ServiceName, image.ImageId);
            return;
        }
        _file.Keep(image.ImageId, image.Status);
        Statistics.Written++;
        Statistics.Bytes += (long)image.Size;
        if (image.Status == ImageStatus.MissingPackets)
            Statistics.WithMissingPackets++;
        Statistics.LastImageAt = DateTimeOffset.UtcNow;
        var elapsed = Stopwatch.GetElapsedTime(started);
        if (elapsed > Statistics.LongestWrite)
            Statistics.LongestWrite = elapsed;
    }

    private void Close(CloseFile close)
    {
        if (_file is not { } file)
            return;
        _file = null;
        using (file)
        {
            file.SetLedger(close.Ledger);
            file.Flush();
            Statistics.Rows = (long)file.Rows;
        }
        _reports!.End();
        if (close.Incomplete.Length > 0)
            Statistics.File = OutputFile.MarkIncomplete(Statistics.File);
        EndSpan();
        Logger.LogInformation("{Service}: {Images} images are in {File}", ServiceName, Statistics.Written, Statistics.File);
    }

    // The driver learns why, and what is in the file stays readable under another name.
    private void GiveUp(Exception error)
    {
        _reports!.WritingSince = 0;
        _failed = true;
        var (file, path) = (_file, Statistics.File);
        _file = null;
        if (file is not null)
        {
            try
            {
                file.Flush();
            }
            catch (IOException)
            {
                // The disk that refused the image refuses this too; the file holds what the last flush brought there.
            }
            Statistics.Rows = Statistics.Written;
            file.Dispose();
            Statistics.File = OutputFile.MarkIncomplete(Statistics.File);
            Logger.LogError("{Service}: writing failed: {Reason}; {Images} images are in {File}", ServiceName, error.Message, Statistics.Written, Statistics.File);
        }
        var reason = file is null ? error.Message : $"writing {path} failed: {error.Message}";
        _span?.SetStatus(ActivityStatusCode.Error, reason);
        EndSpan();
        _reports.End();
        _reports.Fail(Statistics, reason, _action.Question);
    }

    private void EndSpan()
    {
        _span?.SetTag("hutch.file", Statistics.File).SetTag("hutch.images", Statistics.Written).Dispose();
        _span = null;
    }

    private void NoteUnexpected()
    {
        if (Statistics.Unexpected++ == 0)
            Logger.LogWarning("{Service}: received a write command without a file name, or for an image that does not have {Width} x {Height} pixels: does the sender have the same configuration?",
                ServiceName, _configuration.ImageWidth, _configuration.ImageHeight);
    }
}
