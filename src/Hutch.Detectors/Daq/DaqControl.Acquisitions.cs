using Hutch.Detectors.Acquisitions;

namespace Hutch.Detectors.Daq;

public sealed partial class DaqControl
{
    /// <summary>Starts an acquisition.</summary>
    /// <returns>The status as soon as the writers wait for images.</returns>
    /// <exception cref="UserErrorException">The order is invalid, an acquisition is running, or the writers do not answer.</exception>
    public async Task<WriterStatus> StartAcquisitionAsync(WriteOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var info = order.ToAcquisition();
        await Task.Run(() => OutputPlace.Check(order.OutputFile, Configuration.WriterUserId)).ConfigureAwait(false);
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (Status.State != WriterState.Ready)
                throw new AcquisitionUnderWayException(Status);
            _starting = true;
            var driver = Driver();
            var running = new RunningAcquisition(info, AcquisitionRun.Now(), driver.LossesNoted);
            if (_journal is not null)
                await _journal.NoteAsync(running).ConfigureAwait(false);
            try
            {
                return await driver.StartAcquisitionAsync(info).ConfigureAwait(false);
            }
            catch (UserErrorException) when (_journal is not null)
            {
                await _journal.ForgetAsync(running.StartTime).ConfigureAwait(false);
                throw;
            }
        }
        finally
        {
            _starting = false;
            _gate.Release();
        }
    }

    /// <summary>Waits until no acquisition is under way.</summary>
    /// <returns>The status then; null if it was still under way after the time.</returns>
    public async Task<WriterStatus?> WaitForEndAsync(TimeSpan limit, CancellationToken cancel = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(limit);
        try
        {
            return await Driver().WaitForEndAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Ends the acquisition that is under way, if there is one.</summary>
    /// <returns>The status when the files are closed; null if they were not after the time.</returns>
    public async Task<WriterStatus?> StopAcquisitionAsync(TimeSpan limit)
    {
        try
        {
            return await Driver().StopAcquisitionAsync().WaitAsync(limit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private AcquisitionDriver Driver() => _driver ?? throw new UserErrorException($"the writers of {Configuration.DetectorName} have no driver at the moment; try again");
}
