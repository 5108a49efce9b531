using Hutch.Bus.Requests;
using Hutch.Detectors.Acquisitions;

namespace Hutch.Detectors.Programs;

/// <summary>
/// Runs of the writer at the request of users: <c>{"n_images": N, "output_file": "/data/run.h5", "run_id": optional}</c>. The
/// request ends when the file is closed, with the file's name as the message; a kill ends the run, the images so far stay.
/// </summary>
internal sealed class WriteRequestHandler(AcquisitionDriver driver) : IRequestHandler
{
    /// <inheritdoc/>
    public async Task<object?> OnRequest(string requestId, Request request, CancellationToken kill)
    {
        var wanted = request.Read<WriteRequest>();
        _ = await driver.StartAcquisitionAsync(new AcquisitionInfo(wanted.NImages, wanted.OutputFile, wanted.RunId ?? AcquisitionInfo.NewRunId())).ConfigureAwait(false);
        try
        {
            var status = await driver.WaitForEndAsync(kill).ConfigureAwait(false);
            var run = status.Acquisition!;
            return run.State == AcquisitionState.Finished ? string.Join(", ", run.Files) : throw new UserErrorException(run.Message);
        }
        catch (OperationCanceledException)
        {
            _ = await driver.StopAcquisitionAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public void OnKill(string requestId)
    {
        // The token of the request has said it already.
    }

    private sealed record WriteRequest(long NImages, string OutputFile, ulong? RunId = null);
}
