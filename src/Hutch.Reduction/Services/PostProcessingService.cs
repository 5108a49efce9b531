using Hutch.Native.Posix;
using Hutch.Reduction.Accumulation;
using Hutch.Reduction.Processing;
using Hutch.Reduction.Scripts;
using Hutch.Reduction.Workers;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Services;

/// <summary>Runs the post-processing script on a copy of the accumulation; chunks do not wait for it.</summary>
internal sealed class PostProcessingService(Processing.Reduction reduction, ILogger logger)
    : WorkerService("reduction-post", ScriptRole.PostProcessing, reduction, logger)
{
    private AnonymousMemory? _memory;

    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        if (Reduction.TakePost(Patience) is not { } job)
            return null;
        var again = false;
        try
        {
            if (job.Script is { } script)
                again = !With(script, job.PostVersion, worker => Process(worker, job), stop);
            else if (Reduction.Items(job) is var (items, chunks))
                Reduction.Publish(job, items, chunks);
        }
        catch (ScriptException error)
        {
            Reduction.Fail(job, error);
        }
        finally
        {
            Reduction.EndPost(job, again);
        }
        return null;
    }

    protected override void OnStopped()
    {
        base.OnStopped();
        _memory?.Dispose();
    }

    private void Process(ScriptWorker worker, PostJob job)
    {
        var (arrays, chunks) = Reduction.Snapshot(job, ref _memory);
        var attributes = new Dictionary<string, object?>
        {
            ["run"] = job.Accumulation.Run,
            ["chunks"] = chunks,
            ["is_final"] = job.IsFinal,
            ["instrument"] = Reduction.Configuration.Instrument,
        };
        Reduction.Publish(job, worker.Run(job.PostVersion, _memory!.Path, arrays, attributes, _memory.TryRead).ToItems(), chunks);
    }
}
