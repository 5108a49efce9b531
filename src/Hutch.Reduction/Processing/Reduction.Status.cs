using System.Diagnostics;
using Hutch.Reduction.Scripts;
using Hutch.LiveResults;

namespace Hutch.Reduction.Processing;

internal sealed partial class Reduction
{
    /// <summary>Chunks that have arrived.</summary>
    public long Received { get; private set; }

    /// <summary>Chunks that were accumulated.</summary>
    public long Reduced { get; private set; }

    /// <summary>Chunks in which the script failed.</summary>
    public long Failed { get; private set; }

    /// <summary>Chunks that never arrived.</summary>
    public long Lost { get; private set; }

    /// <summary>Restarts of the processing.</summary>
    public long Restarts { get; private set; }

    /// <summary>Why it was restarted last.</summary>
    public string? LastRestart { get; private set; }

    /// <summary>The state as others are shown it.</summary>
    public ReductionStatus Status(double idlePercent, long memory)
    {
        lock (_gate)
        {
            var failure = _failures.Values.MaxBy(f => f.Time);
            var stale = StaleReason(failure);
            return new ReductionStatus
            {
                Instrument = Configuration.Instrument,
                Time = DateTimeOffset.UtcNow,
                Pid = Environment.ProcessId,
                State = State(),
                Source = Source.Description,
                Run = _current?.Run ?? _arrivingRun,
                Received = Received,
                Reduced = Reduced,
                Failed = Failed,
                Lost = Lost,
                Waiting = _sequence - _head,
                LagS = Math.Round((_entries.TryGetValue(_head, out var oldest) ? Stopwatch.GetElapsedTime(oldest.Chunk.ArrivedAt) : TimeSpan.Zero).TotalSeconds + Source.Lag.TotalSeconds, 3),
                IdlePercent = Math.Round(idlePercent, 1),
                Restarts = Restarts,
                LastRestart = LastRestart,
                MemoryBytes = memory,
                MemoryLimitBytes = MemoryLimit,
                UpdateEveryS = Configuration.UpdateEvery,
                Scripts = [Report(ScriptRole.Chunk, _scripts.Chunk, _chunkBroken, !Configuration.PostProcessOnly), Report(ScriptRole.PostProcessing, _scripts.PostProcessing, _postBroken, Configuration.PostProcess),
                    .. _scripts.Modules.Select(m => new ScriptReport("module", m.Path, m.Md5, "in use"))],
                Failure = failure,
                ResultVersion = _result?.Version ?? 0,
                Stale = stale is not null,
                StaleReason = stale,
            };
        }
    }

    private string State() =>
        _chunkBroken || _postBroken ? "script broken"
        : _scripts.Chunk is null && !Configuration.PostProcessOnly ? "waiting for a script"
        : _head < _sequence ? "reducing"
        : "waiting for data";

    private string? StaleReason(ScriptFailure? failure)
    {
        if (_result is null)
            return null;
        if (_chunkBroken || _postBroken)
            return "the script in use cannot be loaded";
        if (_scripts.Chunk is null && !Configuration.PostProcessOnly)
            return "the script is missing";
        if (_resultVersions != (_chunkVersion, _postVersion))
            return Restarts == 0 ? "made before the program started" : "made before the processing was restarted";
        return failure is not null && failure.Time > _result.Time ? "the script fails" : null;
    }

    private ScriptReport Report(ScriptRole role, ScriptFile? script, bool broken, bool wanted)
    {
        var state = !wanted ? "off" : broken ? "broken" : script is not null ? "in use" : role == ScriptRole.Chunk ? "missing" : "off";
        var path = script?.Path ?? ScriptFile.Places(Configuration.ScriptDir, Configuration.Instrument, role)[0];
        return new ScriptReport(ScriptFile.RoleName(role), path, script?.Md5, state);
    }
}
