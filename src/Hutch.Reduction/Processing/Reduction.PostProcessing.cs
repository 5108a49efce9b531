using System.Diagnostics;
using Hutch.Native.Posix;
using Hutch.Reduction.Accumulation;
using Hutch.Reduction.Saving;
using Hutch.Reduction.Scripts;
using Hutch.Reduction.Workers;
using Hutch.LiveResults;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Processing;

internal sealed partial class Reduction
{
    // Finished runs that wait for a post-processing script to be mended: their memory is not endless.
    private const int MostFinals = 16;

    private readonly Queue<RunAccumulation> _finals = new();
    private ResultSet? _result;
    private (long Chunk, long Post) _resultVersions = (-1, -1);
    private long _lastPost = long.MinValue;
    private bool _dirty;
    private bool _publishing;

    /// <summary>Takes the accumulation if it is to be post-processed now: finished runs first.</summary>
    /// <returns>Null if nothing is to be done for the moment.</returns>
    public PostJob? TakePost(TimeSpan patience)
    {
        lock (_gate)
        {
            if (!IsPostDue())
                Monitor.Wait(_gate, patience);
            if (!IsPostDue())
                return null;
            while (_finals.Count > MostFinals)
                _logger.LogError("run {Run} has no final result: too many finished runs wait for the post-processing script", _finals.Dequeue().Run);
            if (!_finals.TryPeek(out var accumulation))
                (accumulation, _dirty, _lastPost) = (_current!, false, Stopwatch.GetTimestamp());
            _publishing = true;
            return new PostJob(accumulation, Configuration.PostProcess ? _scripts.PostProcessing : null, accumulation.IsEnded, _chunkVersion, _postVersion);
        }
    }

    /// <summary>Copies an accumulation into memory that a script can read.</summary>
    /// <returns>The arrays, and how many chunks are in them.</returns>
    public (IReadOnlyList<WorkerArray> Arrays, long Chunks) Snapshot(PostJob job, ref AnonymousMemory? memory)
    {
        lock (_summing)
        {
            if (memory is null || memory.Length < job.Accumulation.SnapshotBytes)
            {
                // Made before the old one goes, so that it has another path, by which the worker sees that it is another.
                var larger = new AnonymousMemory("hutch-accumulation", job.Accumulation.SnapshotBytes * 3 / 2);
                memory?.Dispose();
                memory = larger;
            }
            return (job.Accumulation.CopyTo(memory), job.Accumulation.Chunks);
        }
    }

    /// <summary>The accumulation itself as a result.</summary>
    public (IReadOnlyList<ResultItem> Items, long Chunks) Items(PostJob job)
    {
        lock (_summing)
            return (job.Accumulation.ToItems(), job.Accumulation.Chunks);
    }

    /// <summary>Publishes a result, unless it is of scripts that are no longer in use.</summary>
    public void Publish(PostJob job, IReadOnlyList<ResultItem> items, long chunks)
    {
        ResultSet result;
        lock (_gate)
        {
            var isCurrent = job.ChunkVersion == _chunkVersion && job.PostVersion == _postVersion;
            if (!isCurrent && !job.IsFinal)
                return;
            result = _result = new ResultSet
            {
                Instrument = Configuration.Instrument,
                Version = (_result?.Version ?? 0) + 1,
                Time = DateTimeOffset.UtcNow,
                Run = job.Accumulation.Run,
                Chunks = chunks,
                IsFinal = job.IsFinal,
                Scripts = new[] { _scripts.Chunk, job.Script }.OfType<ScriptFile>().ToDictionary(s => ScriptFile.RoleName(s.Role), s => s.Md5),
                Items = items,
            };
            _resultVersions = (job.ChunkVersion, job.PostVersion);
        }
        _folder.WriteResult(result);
        if (result.IsFinal && Configuration.SaveDir is { } folder)
            Save(result, folder);
        Published?.Invoke(result);
    }

    /// <summary>Says that a job is over.</summary>
    /// <param name="job">The job.</param>
    /// <param name="again">Whether it is to be tried again when the script has changed.</param>
    public void EndPost(PostJob job, bool again)
    {
        lock (_gate)
        {
            _publishing = false;
            if (!again && job.IsFinal && _finals.TryPeek(out var final) && ReferenceEquals(final, job.Accumulation))
                _finals.Dequeue();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes note that the post-processing script failed.</summary>
    public void Fail(PostJob job, ScriptException error)
    {
        lock (_gate)
        {
            if (job.PostVersion == _postVersion)
                Note(ScriptRole.PostProcessing, job.Script, error, chunk: null);
        }
    }

    private bool IsPostDue()
    {
        if (_postBroken && Configuration.PostProcess)
            return false;
        if (_finals.Count > 0)
            return true;
        return _dirty && _current is { Chunks: > 0 }
            && (_lastPost == long.MinValue || Stopwatch.GetElapsedTime(_lastPost) >= TimeSpan.FromSeconds(Configuration.UpdateEvery));
    }

    private void Save(ResultSet result, string folder)
    {
        try
        {
            _logger.LogInformation("result of run {Run} saved as {File}", result.Run, NexusResultFile.Write(folder, result));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _logger.LogError("the result of run {Run} could not be saved in {Folder}: {Reason}", result.Run, folder, error.Message);
        }
    }
}
