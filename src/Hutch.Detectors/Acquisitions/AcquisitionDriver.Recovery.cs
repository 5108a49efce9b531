using Hutch.Detectors.Images;
using Hutch.Detectors.Ledger;
using Hutch.Detectors.Writing;
using Hutch.Native.Hdf5;
using Hutch.Streams;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Acquisitions;

public sealed partial class AcquisitionDriver
{
    /// <summary>
    /// Names every file of a failed run for what it is, also those of writers that can no longer do it, and takes the numbers of these from
    /// the files.
    /// </summary>
    private void SettleFiles(AcquisitionRun run)
    {
        var ids = new List<ulong>();
        foreach (var writer in _writers)
        {
            var isMarked = writer.Progress.File.EndsWith(OutputFile.IncompleteSuffix, StringComparison.Ordinal);
            var path = OutputFile.Of(run.Info.OutputFile, writer.Writer, _writers.Count);
            // A file that a foreign writer still has open is that writer's to name.
            if (!isMarked && (!writer.ReportsProgress && !writer.IsGone && !run.IsRecovered || !IsOf(run, path)))
                continue;
            if (isMarked && !run.IsRecovered)
                continue;
            try
            {
                var file = isMarked ? writer.Progress.File : OutputFile.MarkIncomplete(path);
                if (!isMarked)
                    ClearMark(file);
                var images = ImageIds(file);
                ids.AddRange(images);
                writer.Settle(file, images.Length);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Logger.LogError("{Service}: {File} is incomplete, but cannot be renamed:  {Reason}", ServiceName, path, error.Message);
            }
        }
        if (!run.IsRecovered)
            return;
        foreach (var id in ids.Order())
            run.Losses.Add(id);
        run.Requested = ids.Count;
    }

    // A file that was there before the run is not ours.
    private static bool IsOf(AcquisitionRun run, string path) =>
        File.Exists(path) && (File.GetLastWriteTimeUtc(path) - DateTime.UnixEpoch).TotalSeconds >= run.StartTime - 1;

    // Of a writer that was killed. One that only stands still has the file open, and clears the mark when it goes on.
    private void ClearMark(string file)
    {
        try
        {
            Hdf5File.ClearWriterMark(file);
        }
        catch (Hdf5Exception error)
        {
            Logger.LogWarning("{Service}: {File} stays marked as being written: {Reason}; open it with swmr=True, or remove the mark with h5clear -s", ServiceName, file, error.Message);
        }
    }

    private ulong[] ImageIds(string file)
    {
        try
        {
            using var images = StoredImages.Open(file);
            return [.. images.ReadMetadata().Select(m => m.ImageId)];
        }
        catch (Exception error) when (error is UserErrorException or Hdf5Exception)
        {
            Logger.LogWarning("{Service}: the images in {File} cannot be counted; assuming none: {Reason}", ServiceName, file, error.Message);
            return [];
        }
    }
}
