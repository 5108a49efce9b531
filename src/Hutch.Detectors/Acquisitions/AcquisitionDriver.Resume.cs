using Hutch.Detectors.Images;
using Hutch.Detectors.Ledger;
using Hutch.Detectors.Writing;
using Hutch.Streams;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Acquisitions;

public sealed partial class AcquisitionDriver
{
    private const string DriverDied = "its driver died during the acquisition and was restarted";

    /// <summary>What a dead driver said last may still be on its way to a writer.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);

    private readonly ImageMetadata _fromRing = new();
    private long _settledImages;
    private long _settledAt;

    /// <summary>Takes on what a driver that died has left: the writers are asked what they have.</summary>
    private void Recover(RunningAcquisition left)
    {
        Logger.LogWarning("{Service}: the acquisition of {File} has not ended: {Reason}; asking the writers what they have", ServiceName, left.Info.OutputFile, DriverDied);
        _run = new AcquisitionRun(left.Info, new AcquisitionLosses(_configuration, _journal!, IsInRing, left.LossesFrom), null, left.StartTime)
        {
            Phase = AcquisitionPhase.Resuming,
            IsRecovered = true,
        };
        (_settledImages, _settledAt) = (-1, Environment.TickCount64);
        AskAll(ConfirmAction);
        Report(_run, WriterState.Writing);
    }

    /// <summary>
    /// Goes on with an acquisition when the ring holds all that was announced while nobody listened. Otherwise it is ended, and the account is made of
    /// its files.
    /// </summary>
    private void Resume(AcquisitionRun run)
    {
        if (Environment.TickCount64 - _settledAt < Settling.TotalMilliseconds)
            return;
        var images = _writers.Sum(w => (long)w.Progress.Images);
        if (images != _settledImages)
        {
            (_settledImages, _settledAt) = (images, Environment.TickCount64);
            AskAll(ConfirmAction);
            return;
        }
        if (Obstacle(run, out var written, out var waiting) is { } obstacle)
        {
            CloseIncomplete($"{DriverDied}, and {obstacle}");
            return;
        }
        run.IsRecovered = false;
        run.Phase = AcquisitionPhase.Recording;
        foreach (var (id, status) in written)
            run.Losses.Add(id, status == (ulong)ImageStatus.MissingPackets);
        run.Requested = written.Count;
        Logger.LogInformation("{Service}: resuming the acquisition of {File}: {Written} of {Images} images are written, {Waiting} more are in the ring",
            ServiceName, run.Info.OutputFile, written.Count, run.Info.Images, waiting.Count);
        foreach (var id in waiting)
        {
            if (run.Phase != AcquisitionPhase.Recording || run.Requested >= run.Info.Images)
                break;
            run.TakenFromRing.Add(id);
            Record(run, InRing(id, run.Losses.MissesPackets(id)));
        }
        if (run.Phase == AcquisitionPhase.Recording && run.Requested >= run.Info.Images)
            Confirm(run);
    }

    /// <summary>Why an acquisition cannot be gone on with; null if it can.</summary>
    /// <param name="run">The acquisition.</param>
    /// <param name="written">The images in the files, in the order in which they came.</param>
    /// <param name="waiting">Those after them that are in the ring.</param>
    private string? Obstacle(AcquisitionRun run, out IReadOnlyList<(ulong ImageId, ulong Status)> written, out IReadOnlyList<ulong> waiting)
    {
        (written, waiting) = ([], []);
        if (_writers.Find(w => w.Progress.File != OutputFile.Of(run.Info.OutputFile, w.Writer, _writers.Count)) is { } other)
            return $"writer {other.Writer} has another file, or none";
        if (_options.Compressed)
            return "the sizes of compressed images are not recorded";
        if (!_configuration.ActiveModules.All(KeepsTable))
            return "the receivers are not Hutch's: they do not record which images miss packets";
        if (_writers.Exists(w => w.Progress.Overwritten + w.Progress.Unexpected > 0))
            return "some of its images were lost on the way to the file";
        try
        {
            written = RowsOf(_writers);
        }
        catch (Exception error) when (error is UserErrorException or IOException)
        {
            return $"its files cannot be read: {error.Message}";
        }
        if (written.Count != _settledImages || written.Count == 0)
            return $"its files have {written.Count} images, the writers report {_settledImages}";
        var last = written[^1].ImageId;
        waiting = _ring!.HeldAfter(last);
        return waiting.Count > 0 && waiting[^1] - last >= (ulong)_options.ImageSlots ? $"the ring of {_options.ImageSlots} images does not hold all that arrived meanwhile" : null;
    }

    private bool KeepsTable(int module)
    {
        using var table = SlotGenerations.TryOpen(StreamNames.Of(_configuration.DetectorName, module));
        return table is { IsKept: true };
    }

    // Image k is in row k / n of the file of writer k % n.
    private static List<(ulong ImageId, ulong Status)> RowsOf(IReadOnlyList<WriterConnection> writers)
    {
        var files = new List<(ulong ImageId, ulong Status)[]>();
        foreach (var writer in writers)
        {
            using var file = StoredImages.Open(writer.Progress.File);
            files.Add(file.ReadMetadata());
        }
        var all = new List<(ulong, ulong)>();
        for (var k = 0; k / files.Count < files[k % files.Count].Length; k++)
            all.Add(files[k % files.Count][k / files.Count]);
        return all;
    }

    private ImageMetadata InRing(ulong id, bool missesPackets)
    {
        _fromRing.ImageId = id;
        _fromRing.Height = (ulong)_configuration.ImageHeight;
        _fromRing.Width = (ulong)_configuration.ImageWidth;
        _fromRing.Size = (ulong)_configuration.ImageBytes;
        _fromRing.Dtype = _configuration.ImageType;
        _fromRing.Status = missesPackets ? ImageStatus.MissingPackets : ImageStatus.GoodImage;
        return _fromRing;
    }
}
