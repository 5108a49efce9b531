using System.Diagnostics;
using Hutch.Reduction.Accumulation;
using Hutch.Reduction.Chunks;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Processing;

internal sealed partial class Reduction
{
    private readonly Dictionary<long, ChunkEntry> _entries = [];
    private readonly SortedSet<long> _waiting = [];
    private readonly HashSet<string> _lossesTold = [];
    private string? _arrivingRun;
    private long _arrived;
    private long _sequence;
    private bool _rewind;
    private bool _sourceEnded;

    /// <inheritdoc/>
    public ChunkBlock Reserve(long bytes, CancellationToken stop)
    {
        if (bytes > _arena.Length)
            throw new UserErrorException($"a chunk of {bytes} bytes does not fit into the buffer of {Configuration.BufferMb} MiB; raise buffer_mb in {Configuration.File}");
        lock (_gate)
        {
            while (true)
            {
                stop.ThrowIfCancellationRequested();
                if (TryReserve(bytes, out var block))
                    return block;
                Monitor.Wait(_gate, 100);
            }
        }
    }

    /// <inheritdoc/>
    public bool TryReserve(long bytes, out ChunkBlock block)
    {
        lock (_gate)
        {
            while (true)
            {
                if (_arena.TryTake(bytes) is { } taken)
                {
                    block = taken;
                    return true;
                }
                if (!_kept.TryDequeue(out var oldest))
                {
                    block = default;
                    return false;
                }
                Forget(oldest);
            }
        }
    }

    /// <inheritdoc/>
    public Span<byte> Span(ChunkBlock block) => _arena.Span(block);

    /// <summary>Copies bytes of the arena.</summary>
    /// <returns>False if they are not all in it.</returns>
    public bool TryReadArena(long offset, Span<byte> target) => _arena.TryRead(offset, target);

    /// <inheritdoc/>
    public void Discard(ChunkBlock block)
    {
        lock (_gate)
        {
            _arena.Release(block);
            Monitor.PulseAll(_gate);
        }
    }

    /// <inheritdoc/>
    public void Submit(Chunk chunk)
    {
        lock (_gate)
        {
            // The source starts again in a moment, and brings this again.
            if (_rewind)
            {
                if (!chunk.IsEndOfRun)
                    _arena.Release(chunk.Block);
                return;
            }
            if (chunk.Run != _arrivingRun)
                (_arrivingRun, _arrived) = (chunk.Run, 0);
            chunk.Sequence = _sequence++;
            chunk.Number = chunk.IsEndOfRun ? _arrived : ++_arrived;
            chunk.ArrivedAt = Stopwatch.GetTimestamp();
            var entry = new ChunkEntry(chunk);
            _entries.Add(chunk.Sequence, entry);
            if (!chunk.IsEndOfRun)
            {
                Received++;
                if (Configuration.PostProcessOnly)
                    (entry.State, entry.Output) = (ChunkState.Reduced, new ChunkOutput(_arena, chunk));
                else
                    _waiting.Add(chunk.Sequence);
            }
            Monitor.PulseAll(_gate);
        }
        Drain();
    }

    /// <inheritdoc/>
    public void CountLost(long count, string why)
    {
        lock (_gate)
        {
            Lost += count;
            if (_lossesTold.Add(string.Concat(why.Where(c => !char.IsAsciiDigit(c)))))
                _logger.LogWarning("{Count} chunks are lost: {Reason} (further losses of this kind are only counted)", count, why);
        }
    }

    /// <summary>Whether the source is to begin again; asked by the source's thread, once.</summary>
    public bool TakeRewind()
    {
        lock (_gate)
        {
            var rewind = _rewind;
            _rewind = false;
            if (rewind)
                (_sourceEnded, _arrivingRun) = (false, null);
            return rewind;
        }
    }

    /// <summary>Reports that the source has ended.</summary>
    public void EndSource()
    {
        lock (_gate)
        {
            _sourceEnded = !_rewind;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Whether the source has ended, and all that it gave is reduced and published.</summary>
    public bool IsDone
    {
        get
        {
            lock (_gate)
                return _sourceEnded && _head == _sequence && _finals.Count == 0 && (!_dirty || _current?.IsEnded == true) && !_publishing;
        }
    }

    private void Forget(ChunkEntry entry)
    {
        _entries.Remove(entry.Chunk.Sequence);
        if (!entry.Chunk.IsEndOfRun)
            _arena.Release(entry.Chunk.Block);
    }
}
