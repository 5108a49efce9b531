using System.Collections.Concurrent;
using System.Diagnostics;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Ledger;
using Hutch.Native.Zmq;
using Hutch.Services;
using Hutch.Streams;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Acquisitions;

/// <summary>
/// Drives the writers of a detector: makes them open their files, hands them the images that are announced, image k to writer k modulo
/// their number, has the last one confirmed and the files closed, and accounts for every image. One acquisition at a time.
/// </summary>
/// <remarks>
/// The channels to the writers and what is said there are those of the deployed systems, so that either end can be a deployed program.
/// Only one driver of a detector can run.
/// </remarks>
public sealed partial class AcquisitionDriver : ChannelService
{
    private const int Burst = 256;

    // How often the writers are asked while there is an acquisition.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private readonly DaqConfiguration _configuration;
    private readonly AcquisitionDriverOptions _options;
    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly AnnouncedImage _image;
    private readonly byte[] _message = new byte[AnnouncedImage.MaxBytes];
    private readonly List<WriterConnection> _writers = [];
    private readonly Standstills _standstills = new();
    private SlotGenerations? _ring;
    private SlotGenerations? _source;
    private LossJournal? _journal;
    private volatile WriterStatus _status = new(WriterState.Unknown, null);
    private AcquisitionRun? _run;
    private long _imagesSeen;

    /// <summary>Makes the driver of a detector.</summary>
    public AcquisitionDriver(DaqConfiguration configuration, AcquisitionDriverOptions options, ILogger? logger = null)
        : base($"driver-{configuration.DetectorName}", logger)
    {
        (_configuration, _options) = (configuration, options);
        _image = new AnnouncedImage(configuration, options.Compressed);
        AcquisitionMetrics.Observe(this);
    }

    /// <summary>The state of the writers, and the present or last acquisition. Readable from any thread.</summary>
    public WriterStatus Status => _status;

    /// <summary>Images that were announced since the start, whether they were written or not. Readable from any thread.</summary>
    public long ImagesSeen => Interlocked.Read(ref _imagesSeen);

    /// <summary>Where the loss journal stands: what is noted from now on belongs to what begins now. Readable from any thread.</summary>
    internal long LossesNoted => _journal?.Count ?? 0;

    /// <summary>Raised on the driver's thread when the state has changed, and twice a second while images are written.</summary>
    public event EventHandler<WriterStatus>? StatusChanged;

    /// <summary>Starts an acquisition.</summary>
    /// <returns>The status as soon as the writers are ready for images.</returns>
    /// <exception cref="UserErrorException">One is running, the driver is not, or a writer could not create its file.</exception>
    public async Task<WriterStatus> StartAcquisitionAsync(AcquisitionInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        if (info.Images < 1)
            throw new UserErrorException($"n_images is {info.Images}, but must be at least 1");
        var begun = new TaskCompletionSource<WriterStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        var caller = Activity.Current?.Id;
        Post(() => Begin(info, begun, caller));
        return await begun.Task.ConfigureAwait(false);
    }

    /// <summary>Ends the acquisition that is under way, if there is one; the images so far are written, the files closed.</summary>
    /// <returns>The status when that is done.</returns>
    /// <exception cref="UserErrorException">The driver is not running.</exception>
    public async Task<WriterStatus> StopAcquisitionAsync()
    {
        var ended = new TaskCompletionSource<WriterStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            if (_run is { } run)
            {
                run.Ended.Task.ContinueWith(t => ended.TrySetResult(t.Result), TaskScheduler.Default);
                Interrupt();
                return;
            }
            // A writer that did not answer may still have a file open.
            if (_status.State == WriterState.Unknown)
                Dismiss();
            ended.TrySetResult(_status);
        });
        return await ended.Task.ConfigureAwait(false);
    }

    /// <summary>Waits until no acquisition is under way.</summary>
    /// <returns>The status then.</returns>
    public async Task<WriterStatus> WaitForEndAsync(CancellationToken cancel = default)
    {
        var ended = new TaskCompletionSource<WriterStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            if (_run is { } run)
                run.Ended.Task.ContinueWith(t => ended.TrySetResult(t.Result), TaskScheduler.Default);
            else
                ended.TrySetResult(_status);
        });
        return await ended.Task.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        var name = StreamNames.Of(_configuration.DetectorName, _options.Compressed ? StreamNames.Compressed : StreamNames.Image);
        for (var i = 0; i < _options.Writers; i++)
            _writers.Add(new WriterConnection(_configuration.DetectorName, i));
        _journal = LossJournal.Open(_configuration.DetectorName);
        _ring = SlotGenerations.Open(name, _options.ImageSlots);
        if (_options.Compressed)
            _source = SlotGenerations.Open(StreamNames.Of(_configuration.DetectorName, StreamNames.Image), _options.ImageSlots);
        Listen(MetadataChannel.Subscribe(StreamNames.Endpoint(name)));
        if (_options.Interrupted is { } interrupted)
            Recover(interrupted);
        else
            Publish(new WriterStatus(WriterState.Ready, _status.Acquisition));
        if (_options.Only is { } only)
            _commands.Enqueue(() => Begin(only, null));
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        _standstills.Look(Pace);
        while (_commands.TryDequeue(out var command))
            command();
        foreach (var writer in _writers)
            writer.Poll();
        Advance();
        // While the writers make their files, images wait in the channel.
        if (_run is not { Phase: AcquisitionPhase.Creating })
            TakeImages();
        else
#pragma warning disable RS0030 // the writers are polled, whose sockets are of this thread
            Thread.Sleep(1);
#pragma warning restore RS0030
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        if (_run is not null)
        {
            Interrupt();
            // Within the time that the service has for its end.
            for (var until = Environment.TickCount64 + (long)(StopTimeout.TotalMilliseconds * 0.8); _run is not null && Environment.TickCount64 < until;)
            {
                _writers.ForEach(w => w.Poll());
                Advance();
#pragma warning disable RS0030 // the writers are polled, whose sockets are of this thread
                Thread.Sleep(1);
#pragma warning restore RS0030
            }
            if (_run is not null)
                Fail("the driver was stopped before the writers had finished", WriterState.Unknown);
        }
        Publish(new WriterStatus(WriterState.Unknown, _status.Acquisition));
        _writers.ForEach(w => w.Dispose());
        _writers.Clear();
        base.OnStopped();
        _ring?.Dispose();
        _source?.Dispose();
        _journal?.Dispose();
        while (_commands.TryDequeue(out var command))
            command();
    }

    private void Post(Action command)
    {
        if (State is not ServiceState.Running)
            throw new UserErrorException($"the acquisitions of {_configuration.DetectorName} are not driven: {ServiceName} is {State}");
        _commands.Enqueue(command);
        WakeUp();
    }

    private bool IsInRing(ulong id) => _ring!.IsKnownToHold(id) || _source?.IsKnownToHold(id) == true;

    private void TakeImages()
    {
        Incoming.ReceiveTimeout = _run is null ? MetadataChannel.RestTimeout : Pace;
        for (var i = 0; i < Burst && Incoming.TryReceive(_message, out var length, wait: i == 0); i++)
        {
            Interlocked.Increment(ref _imagesSeen);
            if (_run is not { Phase: AcquisitionPhase.Recording } run)
                continue;
            if (!_image.TryRead(_message, length))
            {
                if (IsFirstTrouble(0))
                    _image.Complain(Logger, ServiceName);
                continue;
            }
            if (run.TakenFromRing.Count == 0 || !run.TakenFromRing.Remove(_image.Metadata.ImageId))
                Record(run, _image.Metadata);
        }
    }

    private void Publish(WriterStatus status)
    {
        _status = status;
        StatusChanged?.Invoke(this, status);
    }
}
