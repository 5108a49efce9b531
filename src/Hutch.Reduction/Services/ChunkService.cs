using Hutch.Reduction.Processing;
using Hutch.Reduction.Scripts;
using Hutch.Reduction.Workers;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Services;

/// <summary>Runs the script on chunks, one after the other; there are as many of these as workers were asked for.</summary>
internal sealed class ChunkService(int index, Processing.Reduction reduction, ILogger logger)
    : WorkerService($"reduction-worker-{index}", ScriptRole.Chunk, reduction, logger)
{
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        if (Reduction.TakeChunk(Patience) is not { } job)
            return null;
        try
        {
            if (!With(job.Script, job.Version, worker => Reduction.Complete(job, Run(worker, job)), stop))
                Reduction.GiveBack(job);
        }
        catch (ScriptException error)
        {
            Reduction.Fail(job, error);
        }
        return null;
    }

    private WorkerOutput Run(ScriptWorker worker, ChunkJob job)
    {
        var chunk = job.Entry.Chunk;
        var attributes = new Dictionary<string, object?>(chunk.Attributes)
        {
            ["run"] = chunk.Run,
            ["chunk"] = chunk.Number,
            ["instrument"] = Reduction.Configuration.Instrument,
        };
        var input = new WorkerArray { Type = chunk.Type, Shape = chunk.Shape, Offset = chunk.Block.Offset };
        return worker.Run(chunk.Sequence, Reduction.ArenaPath, [input], attributes, Reduction.TryReadArena);
    }
}
