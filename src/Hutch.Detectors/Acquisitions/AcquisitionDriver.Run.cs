using System.Diagnostics;
using Hutch.Detectors.Ledger;
using Hutch.Streams;
using Hutch.Tracing;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Acquisitions;

public sealed partial class AcquisitionDriver
{
    /// <summary>How often the status is published while images are written, as the deployed driver does.</summary>
    private const long ReportInterval = 500;   // ms

    /// <summary>A write call that takes longer than this is worth telling.</summary>
    private const ulong HangsAfter = 5000;   // ms

    /// <summary>What a writer of another maker, which only answers, may take longer than one that gives signs of life.</summary>
    private const int PatienceWithOthers = 6;

    private static readonly WriterAction ConfirmAction = new() { ConfirmLastImage = new ConfirmLastImage() };
    private readonly WriterAction _record = new() { RecordImage = new RecordImage() };

    private void Begin(AcquisitionInfo info, TaskCompletionSource<WriterStatus>? begun, string? caller = null)
    {
        if (_status.State != WriterState.Ready)
        {
            begun?.TrySetException(new UserErrorException(_status.State == WriterState.Writing
                ? $"an acquisition is under way ({_status.Acquisition?.Info.OutputFile}); wait for its end, or stop it"
                : $"the state of the writers of {_configuration.DetectorName} is unknown; stop them first"));
            return;
        }
        // What was announced before now belongs to nobody, unless the driver is there for this acquisition alone.
        while (_options.Only is null && Incoming.TryReceive(_message, out _, wait: false))
        {
        }
        _run = new AcquisitionRun(info, new AcquisitionLosses(_configuration, _journal!, IsInRing), begun) { Span = Traces.Begin("acquisition", caller)?.SetTag("hutch.detector", _configuration.DetectorName).SetTag("hutch.run.id", info.RunId) };
        var create = new CreateFile
        {
            Path = info.OutputFile,
            RunId = info.RunId,
            NImages = (ulong)info.Images,
            Overwrite = info.Overwrite,
            ReportProgress = true,
            Traceparent = _run.Span?.Id ?? "",
        };
        foreach (var writer in _writers)
        {
            writer.Reset();
            writer.Ask(new WriterAction { CreateFile = new CreateFile(create) { WriterId = writer.Writer } });
        }
    }

    // One step of the acquisition, whenever what it waits for is there.
    private void Advance()
    {
        if (_run is not { } run)
            return;
        if (run.Phase != AcquisitionPhase.Closing && _writers.Find(w => w.Failure is not null) is { } broken)
        {
            CloseIncomplete(broken.Failure!);
            return;
        }
        if (run.Phase != AcquisitionPhase.Creating)
            _writers.ForEach(w => w.AskIfSilent(ConfirmAction));
        var answered = _writers.TrueForAll(w => w.HasAnswered);
        switch (run.Phase)
        {
            case AcquisitionPhase.Creating when answered:
                run.Phase = AcquisitionPhase.Recording;
                Report(run, WriterState.Writing);
                run.Begun?.TrySetResult(_status);
                break;
            case AcquisitionPhase.Creating when _writers.Find(w => w.Answer is null && Silence(w) > _options.CreateTimeout) is { } silent:
                Fail($"writer {silent.Writer} does not answer: is it running (hutch run writer --config ...)?", WriterState.Ready);
                break;
            case AcquisitionPhase.Resuming when answered:
                Resume(run);
                break;
            case AcquisitionPhase.Confirming when answered:
                Close(run);
                break;
            case AcquisitionPhase.Closing when answered:
                End(run);
                break;
            case AcquisitionPhase.Creating:
                break;
            default:
                GiveUpOnSilence(run);
                break;
        }
        if (_run is not null && Environment.TickCount64 - run.ReportedAt >= ReportInterval && run.Phase != AcquisitionPhase.Creating)
        {
            run.Losses.Follow();
            Report(run, WriterState.Writing);
        }
    }

    private void Record(AcquisitionRun run, ImageMetadata image)
    {
        var writer = _writers[(int)(run.Requested % _writers.Count)];
        run.Losses.Add(image.ImageId, image.Status == ImageStatus.MissingPackets);
        _record.RecordImage.ImageMetadata = image;
        if (!writer.Record(_record))
        {
            CloseIncomplete($"writer {writer.Writer} has died, or is {writer.Sent - (long)writer.Progress.Images} images behind");
            return;
        }
        if (++run.Requested == 1)
            Report(run, WriterState.Writing);
        if (run.Requested >= run.Info.Images)
            Confirm(run);
    }

    private void Interrupt()
    {
        var run = _run!;
        if (run.Phase is not (AcquisitionPhase.Recording or AcquisitionPhase.Creating))
            return;
        run.Interrupted = true;
        Confirm(run);
    }

    private void Confirm(AcquisitionRun run)
    {
        run.Begun?.TrySetResult(_status);
        run.Phase = AcquisitionPhase.Confirming;
        AskAll(ConfirmAction);
        Report(run, WriterState.Writing);
    }

    private void Close(AcquisitionRun run)
    {
        run.Phase = AcquisitionPhase.Closing;
        run.Ledger = MakeLedger(run);
        AskAll(new WriterAction { CloseFile = new CloseFile { Ledger = run.Ledger.ToJson() } });
    }

    // One writer has failed: what the others have is not what was asked for either.
    private void CloseIncomplete(string reason)
    {
        var run = _run!;
        if (run.Phase == AcquisitionPhase.Creating)
        {
            // No file of this acquisition is worth keeping.
            AskAll(new WriterAction { CloseFile = new CloseFile { Incomplete = reason } });
            Fail(reason, WriterState.Ready);
            return;
        }
        run.Error = reason;
        run.Phase = AcquisitionPhase.Closing;
        run.Ledger = MakeLedger(run);
        AskAll(new WriterAction { CloseFile = new CloseFile { Ledger = run.Ledger.ToJson(), Incomplete = reason } });
    }

    private void GiveUpOnSilence(AcquisitionRun run)
    {
        var waits = run.Phase is AcquisitionPhase.Resuming or AcquisitionPhase.Confirming or AcquisitionPhase.Closing;
        var silent = _writers.Find(w => waits && !w.HasAnswered
            ? Silence(w) > _options.SilenceTimeout * (w.ReportsProgress ? 1 : PatienceWithOthers)
            : w.ReportsProgress && Silence(w) > _options.SilenceTimeout);
        if (silent is null)
            return;
        var reason = $"writer {silent.Writer} has not reported for {Silence(silent).TotalSeconds:0} s";
        if (run.Phase == AcquisitionPhase.Closing)
            Fail(run.Error ?? reason, WriterState.Unknown);
        else
            CloseIncomplete(reason);
    }

    private void End(AcquisitionRun run)
    {
        // A writer that could not close its file, or was killed before it had, is found only now.
        run.Error ??= _writers.Find(w => w.Failure is not null)?.Failure;
        if (run.Error is { } error)
        {
            Fail(error, WriterState.Ready);
            return;
        }
        // The last row of the ledger is what the closed files really have.
        run.Ledger = MakeLedger(run);
        if (!run.Ledger.AddsUp)
            Logger.LogWarning("{Service}: the ledger of {File} does not add up: {Ledger}", ServiceName, run.Info.OutputFile, run.Ledger.ToJson());
        Finish(run, AcquisitionState.Finished, run.Interrupted ? "Interrupted." : "Completed.", WriterState.Ready);
    }

    private void Fail(string reason, WriterState then)
    {
        var run = _run!;
        if (run.Phase != AcquisitionPhase.Creating)
            SettleFiles(run);
        run.Ledger = MakeLedger(run);
        var files = Files().ToList();
        if (run.Requested > 0 && files.Count > 0)
            reason += $"; {Written(run)} of {run.Info.Images} images are in {string.Join(", ", files)}";
        if (_options.Only is null)
            Logger.LogError("{Service}: the acquisition of {File} failed: {Reason}", ServiceName, run.Info.OutputFile, reason);
        Finish(run, AcquisitionState.Failed, $"ERROR:{reason}", then);
        run.Begun?.TrySetException(new UserErrorException(reason));
        if (_options.Only is not null)
            throw new UserErrorException(reason);
    }

    private void Finish(AcquisitionRun run, AcquisitionState state, string message, WriterState then)
    {
        if (state == AcquisitionState.Failed)
            run.Span?.SetStatus(ActivityStatusCode.Error, message);
        run.Span?.SetTag("hutch.images", Written(run)).Dispose();
        Publish(new WriterStatus(then, Snapshot(run, state, message, AcquisitionRun.Now())));
        _run = null;
        run.Ended.TrySetResult(_status);
        if (_options.Only is not null)
            Stop();
    }

    // Whatever the writers have open is closed, and the state is known again.
    private void Dismiss()
    {
        AskAll(new WriterAction { CloseFile = new CloseFile { Incomplete = "stopped" } });
        Publish(new WriterStatus(WriterState.Ready, _status.Acquisition));
    }

    private void AskAll(WriterAction action) => _writers.ForEach(w => w.Ask(action));

    private LossLedger MakeLedger(AcquisitionRun run) => run.Losses.Close(run.Requested, Written(run), Rows(run), writerDied: run.Error is not null);

    private long Written(AcquisitionRun run) =>
        _writers.Sum(w => w.ReportsProgress ? (long)w.Progress.Images : run.Phase == AcquisitionPhase.Closing ? w.Sent : 0);

    // What a writer of another maker confirmed is taken to be in its file, and so is everything before the files are closed.
    private long Rows(AcquisitionRun run) =>
        run.Ledger is null ? Written(run) : _writers.Sum(w => w.ReportsProgress ? (long)w.Progress.Rows : w.Sent);

    private IEnumerable<string> Files() => _writers.Select(w => w.Progress.File).Where(f => f.Length > 0);

    private void Report(AcquisitionRun run, WriterState state)
    {
        run.ReportedAt = Environment.TickCount64;
        var phase = run.Phase switch
        {
            AcquisitionPhase.Creating => AcquisitionState.WaitingImages,
            AcquisitionPhase.Recording or AcquisitionPhase.Resuming => run.Requested == 0 ? AcquisitionState.WaitingImages : AcquisitionState.AcquiringImages,
            _ => AcquisitionState.FlushingImages,
        };
        Publish(new WriterStatus(state, Snapshot(run, phase, "", null)));
    }

    private Acquisition Snapshot(AcquisitionRun run, AcquisitionState state, string message, double? stopTime)
    {
        var progress = _writers.ConvertAll(w => w.Progress);
        var hanging = _writers.Find(w => w.Progress.WritingSinceMs > HangsAfter);
        return new Acquisition
        {
            State = state,
            Message = message,
            Info = run.Info,
            Statistics = new AcquisitionStatistics
            {
                Completed = Written(run),
                Requested = run.Requested,
                StartTime = run.StartTime,
                StopTime = stopTime,
                Bytes = progress.Sum(p => (long)p.Bytes),
                WithMissingPackets = progress.Sum(p => (long)p.WithMissingPackets),
                Overwritten = progress.Sum(p => (long)p.Overwritten),
                LongestWrite = TimeSpan.FromMicroseconds(progress.Count == 0 ? 0 : progress.Max(p => p.LongestWriteUs)),
            },
            Files = [.. Files()],
            Ledger = run.Ledger,
            Warning = hanging is null ? null : $"writer {hanging.Writer}: a write to {hanging.Progress.File} has not returned for {hanging.Progress.WritingSinceMs / 1000} s",
        };
    }

    private TimeSpan Silence(WriterConnection writer) => _standstills.Without(TimeSpan.FromMilliseconds(Environment.TickCount64 - writer.LastSignAt));
}
