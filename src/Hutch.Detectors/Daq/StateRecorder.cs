using Hutch.Acquisitions;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Detectors.Acquisitions;
using Hutch.Services;
using Hutch.Services.Dependencies;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Daq;

/// <summary>
/// Keeps the state of a detector in the store: every status when it changes and at least once a second, images and bytes a second while
/// there are any, and the acquisitions that have ended.
/// </summary>
public sealed class StateRecorder : AsyncService
{
    /// <summary>Statuses and statistics that are kept: those of about four weeks. Acquisitions and configurations are kept for ever.</summary>
    private static readonly StreamLimit Recent = new(2_500_000);

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // Started before and stopped after it: what is said last is worth keeping too.
    [NotADependency]
    private readonly DaqControl _daq;

    private readonly StoreOutbox _outbox;
    private readonly AcquisitionJournal? _journal;
    private readonly Lock _telling = new();
    private long _toldAt;
    private long _imagesSeen;
    private long _imagesWritten;
    private double _runStart;
    private long _countedAt = Environment.TickCount64;
    private WriterStatus? _lastEnded;
    private Task _storing = Task.CompletedTask;

    /// <summary>Makes the recorder.</summary>
    public StateRecorder(DaqControl daq, StoreOutbox outbox, ILogger? logger = null, AcquisitionJournal? journal = null)
        : base("state-recorder", logger) => (_daq, _outbox, _journal) = (daq, outbox, journal);

    /// <summary>Raised with the id under which an acquisition that has ended was stored, and its record.</summary>
    public event Action<StreamId, JsonObject>? AcquisitionStored;

    /// <summary>The images and bytes of the last second, as stored; null before the first.</summary>
    public JsonObject? Statistics { get; private set; }

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        // What ended before is in the store already.
        _lastEnded = _daq.Status;
        _daq.StatusChanged += OnStatus;
        OnStatus(this, _daq.Status);
    }

    /// <inheritdoc/>
    protected override async Task<TimeSpan?> IterateAsync(CancellationToken stop)
    {
        // The time that the iteration takes is part of the second.
        var pause = Math.Max(10, 1000 - (Environment.TickCount64 - _countedAt));
        await Task.Delay(TimeSpan.FromMilliseconds(pause), stop).ConfigureAwait(false);
        CountSecond();
        if (Environment.TickCount64 - Interlocked.Read(ref _toldAt) >= Second.TotalMilliseconds)
            Tell(() => _daq.Status);
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        _daq.StatusChanged -= OnStatus;
        _storing.Wait(Patience);
    }

    private void OnStatus(object? sender, WriterStatus status)
    {
        Tell(() => status);
        if (status.Acquisition is not { HasEnded: true } ended || ReferenceEquals(_lastEnded?.Acquisition, ended))
            return;
        var isNew = _lastEnded?.Acquisition?.Info.RunId != ended.Info.RunId || _lastEnded.Acquisition.Statistics.StartTime != ended.Statistics.StartTime;
        _lastEnded = status;
        if (isNew)
            _storing = StoreAsync(ended);
    }

    // The driver's thread and the clock's: neither may tell an older status after a newer one.
    private void Tell(Func<WriterStatus> status)
    {
        lock (_telling)
        {
            Interlocked.Exchange(ref _toldAt, Environment.TickCount64);
            _outbox.Post(DaqKeys.Status, JsonSerializer.SerializeToNode(status()), Recent);
        }
    }

    private async Task StoreAsync(Acquisition ended)
    {
        try
        {
            var record = AcquisitionRecord.Make(ended);
            if (ended.State == AcquisitionState.Finished)
                record["log_id"] = (await _outbox.Post(DaqKeys.Log, JsonSerializer.SerializeToNode(ended)).ConfigureAwait(false)).ToString();
            var id = await _outbox.Post(DaqKeys.Acquisitions, record).ConfigureAwait(false);
            AcquisitionStored?.Invoke(id, record);
            if (_journal is not null)
                await _journal.ForgetAsync(ended.Statistics.StartTime).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Logger.LogError("{Service}: the acquisition of {File} is not in the log: the store was unavailable for too long", ServiceName, ended.Info.OutputFile);
        }
    }

    private void CountSecond()
    {
        var now = Environment.TickCount64;
        var seconds = Math.Max(0.001, (now - _countedAt) / 1000.0);
        _countedAt = now;
        var seen = _daq.ImagesSeen;
        var images = seen >= _imagesSeen ? seen - _imagesSeen : seen;
        _imagesSeen = seen;
        var run = _daq.Status.Acquisition;
        if (run is not null && run.Statistics.StartTime != _runStart)
            (_runStart, _imagesWritten) = (run.Statistics.StartTime, 0);
        var written = Math.Max(0, (run?.Statistics.Completed ?? 0) - _imagesWritten);
        _imagesWritten += written;
        if (images == 0 && written == 0)
            return;
        var bytes = _daq.Configuration.ImageBytes;
        Statistics = new JsonObject
        {
            ["detector"] = Rates(images, bytes, seconds),
            ["writer"] = Rates(written, bytes, seconds),
        };
        _outbox.Post(DaqKeys.Statistics, Statistics, Recent);
    }

    private static JsonObject Rates(long images, long bytes, double seconds) => new()
    {
        ["bytes_per_second"] = Math.Round(images * bytes / seconds, 1),
        ["images_per_second"] = Math.Round(images / seconds, 2),
    };
}
