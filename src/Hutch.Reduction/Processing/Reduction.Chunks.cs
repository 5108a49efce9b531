using Hutch.Reduction.Accumulation;
using Hutch.Reduction.Chunks;
using Hutch.Reduction.Scripts;
using Hutch.Reduction.Workers;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Processing;

internal sealed partial class Reduction
{
    private readonly Queue<ChunkEntry> _kept = new();
    private RunAccumulation? _current;
    private long _head;
    private bool _draining;

    /// <summary>Takes the oldest chunk that waits.</summary>
    /// <returns>Null if nothing is to be done for the moment.</returns>
    public ChunkJob? TakeChunk(TimeSpan patience)
    {
        lock (_gate)
        {
            if (_waiting.Count == 0 || _scripts.Chunk is null || _chunkBroken)
                Monitor.Wait(_gate, patience);
            if (_waiting.Count == 0 || _scripts.Chunk is not { } script || _chunkBroken)
                return null;
            var entry = _entries[_waiting.Min];
            _waiting.Remove(entry.Chunk.Sequence);
            entry.State = ChunkState.InHand;
            return new ChunkJob(entry, script, _chunkVersion);
        }
    }

    /// <summary>Takes the outputs of a chunk.</summary>
    public void Complete(ChunkJob job, IOutputReader output)
    {
        bool isNext;
        lock (_gate)
        {
            if (job.Version != _chunkVersion)
                return;
            isNext = job.Entry.Chunk.Sequence == _head && !_draining;
        }
        // The worker's memory is used again with its next chunk: what cannot be accumulated yet is copied.
        var kept = isNext ? output : new KeptOutput(output);
        lock (_gate)
        {
            if (job.Version != _chunkVersion)
                return;
            (job.Entry.State, job.Entry.Output) = (ChunkState.Reduced, kept);
        }
        Drain();
    }

    /// <summary>Takes note that the script failed in a chunk; the next ones go on.</summary>
    public void Fail(ChunkJob job, ScriptException error)
    {
        lock (_gate)
        {
            if (job.Version != _chunkVersion)
                return;
            job.Entry.State = ChunkState.Failed;
            Failed++;
            Note(ScriptRole.Chunk, job.Script, error, job.Entry.Chunk);
        }
        Drain();
    }

    /// <summary>Gives a chunk back that a worker did not get to.</summary>
    public void GiveBack(ChunkJob job)
    {
        lock (_gate)
        {
            if (job.Version != _chunkVersion || job.Entry.State != ChunkState.InHand)
                return;
            job.Entry.State = ChunkState.Waiting;
            _waiting.Add(job.Entry.Chunk.Sequence);
            Monitor.PulseAll(_gate);
        }
    }

    // One thread at a time accumulates, whichever comes first, and goes on for the others as long as their chunks are next.
    private void Drain()
    {
        while (true)
        {
            ChunkEntry entry;
            RunAccumulation? target;
            IOutputReader? output;
            long version;
            lock (_gate)
            {
                if (_draining || !_entries.TryGetValue(_head, out entry!) || entry.State is not (ChunkState.Reduced or ChunkState.Failed))
                    return;
                _draining = true;
                (version, output) = (_chunkVersion, entry.Output);
                target = entry.State == ChunkState.Reduced ? TargetOf(entry.Chunk) : null;
            }
            ScriptException? unfit = null;
            try
            {
                lock (_summing)
                    target?.Take(output!);
            }
            catch (ScriptException error)
            {
                unfit = error;
            }
            lock (_gate)
            {
                if (version != _chunkVersion)
                    return;
                _draining = false;
                Settle(entry, unfit);
            }
        }
    }

    private RunAccumulation? TargetOf(Chunk chunk)
    {
        if (_current is { IsEnded: false } && (chunk.IsEndOfRun || _current.Run != chunk.Run))
            Finish();
        if (chunk.IsEndOfRun)
            return null;
        if (_current is null || _current.IsEnded)
        {
            _current = new RunAccumulation(chunk.Run, Configuration.AccumMethod);
            _logger.LogInformation("run {Run} begins", chunk.Run);
            // What was kept of the run before cannot become part of this one.
            while (_kept.TryPeek(out var old) && old.Chunk.Run != chunk.Run)
                Forget(_kept.Dequeue());
        }
        return _current;
    }

    private void Finish()
    {
        _current!.IsEnded = true;
        _finals.Enqueue(_current);
        _dirty = false;
        _logger.LogInformation("run {Run} has ended: {Chunks} chunks", _current.Run, _current.Chunks);
    }

    private void Settle(ChunkEntry entry, ScriptException? unfit)
    {
        if (unfit is not null)
        {
            Failed++;
            Note(ScriptRole.Chunk, _scripts.Chunk, unfit, entry.Chunk);
        }
        else if (entry.State == ChunkState.Reduced && !entry.Chunk.IsEndOfRun)
        {
            Reduced++;
            _dirty = true;
        }
        (entry.State, entry.Output) = (ChunkState.Accumulated, null);
        _head++;
        if (_canRewind)
            Forget(entry);
        else
            _kept.Enqueue(entry);
        Monitor.PulseAll(_gate);
    }
}
