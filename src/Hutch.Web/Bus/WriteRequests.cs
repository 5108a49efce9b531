using Hutch.Bus.Requests;
using Hutch.Detectors.Acquisitions;
using Hutch.Detectors.Daq;

namespace Hutch.Web.Bus;

/// <summary>
/// Acquisitions at the request of users of the bus: <c>{"n_images": N, "output_file": "/data/run.h5", "run_id": optional}</c>. The request
/// ends when the files are closed, with their names as the message; a kill stops the acquisition, the images so far stay.
/// </summary>
internal sealed class WriteRequests(DaqControl daq) : IRequestHandler
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    public async Task<object?> OnRequest(string requestId, Request request, CancellationToken kill)
    {
        var wanted = request.Read<WriteRequest>();
        _ = await daq.StartAcquisitionAsync(new WriteOrder(wanted.NImages, wanted.OutputFile, wanted.RunId)).ConfigureAwait(false);
        try
        {
            var status = await daq.WaitForEndAsync(Timeout.InfiniteTimeSpan, kill).ConfigureAwait(false);
            var run = status!.Acquisition!;
            return run.State == AcquisitionState.Finished ? string.Join(", ", run.Files) : throw new UserErrorException(run.Message);
        }
        catch (OperationCanceledException)
        {
            _ = await daq.StopAcquisitionAsync(StopLimit).ConfigureAwait(false);
            throw;
        }
    }

    private sealed record WriteRequest(long NImages, string OutputFile, ulong? RunId = null);
}
