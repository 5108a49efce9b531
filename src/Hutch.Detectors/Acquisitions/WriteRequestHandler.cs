using Hutch.Bus.Requests;

namespace Hutch.Detectors.Acquisitions;

/// <summary>
/// Acquisitions at the request of users of the bus: <c>{"n_images": N, "output_file": "/data/run.h5", "run_id": optional, "pvs": optional}</c>. The
/// request ends when the files are closed, with their names as the message; a kill stops the acquisition, the images so far stay.
/// </summary>
/// <param name="start">Starts one.</param>
/// <param name="end">Waits for its end.</param>
/// <param name="stop">Stops it.</param>
public sealed class WriteRequestHandler(
    Func<WriteOrder, Task> start, Func<CancellationToken, Task<WriterStatus?>> end, Func<Task> stop) : IRequestHandler
{
    /// <inheritdoc/>
    public async Task<object?> OnRequest(string requestId, Request request, CancellationToken kill)
    {
        ArgumentNullException.ThrowIfNull(request);
        var wanted = request.Read<WriteRequest>();
        await start(new WriteOrder(wanted.NImages, wanted.OutputFile, wanted.RunId, wanted.Pvs)).ConfigureAwait(false);
        try
        {
            var run = (await end(kill).ConfigureAwait(false))!.Acquisition!;
            return run.State == AcquisitionState.Finished ? string.Join(", ", run.Files) : throw new UserErrorException(run.Message);
        }
        catch (OperationCanceledException)
        {
            await stop().ConfigureAwait(false);
            throw;
        }
    }

    private sealed record WriteRequest(long NImages, string OutputFile, ulong? RunId = null, IReadOnlyList<string>? Pvs = null);
}
