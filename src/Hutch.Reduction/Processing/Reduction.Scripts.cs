using System.Diagnostics;
using System.Text.Json;
using Hutch.Reduction.Accumulation;
using Hutch.Reduction.Chunks;
using Hutch.Reduction.Scripts;
using Hutch.Reduction.Workers;
using Hutch.LiveResults;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Processing;

internal sealed partial class Reduction
{
    private readonly Dictionary<ScriptRole, HashSet<ScriptWorker>> _workers = new() { [ScriptRole.Chunk] = [], [ScriptRole.PostProcessing] = [] };
    private readonly Dictionary<ScriptRole, ScriptFailure> _failures = [];
    private ScriptSet _scripts;
    private long _chunkVersion;
    private long _postVersion;
    private bool _chunkBroken;
    private bool _postBroken;

    /// <summary>The scripts in use.</summary>
    public ScriptSet Scripts
    {
        get
        {
            lock (_gate)
                return _scripts;
        }
    }

    /// <summary>
    /// Takes other scripts into use. A changed script for chunks begins the run again: with the chunks that are still here, or from the
    /// beginning where the source can; a changed script for post-processing keeps the accumulation.
    /// </summary>
    /// <returns>False if nothing has changed.</returns>
    public bool Use(ScriptSet scripts, bool evenIfSame = false)
    {
        lock (_gate)
        {
            var chunkChanged = evenIfSame || scripts.Chunk?.Fingerprint != _scripts.Chunk?.Fingerprint || scripts.Chunk?.Path != _scripts.Chunk?.Path;
            var postChanged = evenIfSame || scripts.PostProcessing?.Fingerprint != _scripts.PostProcessing?.Fingerprint || scripts.PostProcessing?.Path != _scripts.PostProcessing?.Path;
            if (!chunkChanged && !postChanged)
                return false;
            var before = _scripts;
            _scripts = scripts;
            if (chunkChanged)
                RestartChunks(evenIfSame ? "the scripts were reloaded on request" : Told(ScriptRole.Chunk, scripts.Chunk, before.Chunk), keepChunks: true);
            else
                Restarting(Told(ScriptRole.PostProcessing, scripts.PostProcessing, before.PostProcessing));
            RestartPostProcessing();
            Monitor.PulseAll(_gate);
        }
        PublishScripts();
        Drain();
        return true;
    }

    /// <summary>
    /// Starts the processing again with nothing but the chunks that were not taken up yet: the way out of a lack of memory. Those in hand
    /// are given up, for one of them may be what needs so much.
    /// </summary>
    public void RestartForMemory(string reason)
    {
        lock (_gate)
        {
            var inHand = _entries.Values.Where(e => e.State == ChunkState.InHand).ToList();
            RestartChunks(reason, keepChunks: false);
            foreach (var entry in inHand)
            {
                _waiting.Remove(entry.Chunk.Sequence);
                entry.State = ChunkState.Failed;
                Failed++;
                Note(ScriptRole.Chunk, _scripts.Chunk, new ScriptException(reason), entry.Chunk);
            }
            RestartPostProcessing();
            _dirty = false;
            Monitor.PulseAll(_gate);
        }
        Drain();
    }

    /// <summary>Makes a worker known, so that a change of scripts can end it.</summary>
    public void Register(ScriptRole role, ScriptWorker worker)
    {
        lock (_gate)
            _workers[role].Add(worker);
    }

    /// <summary>Forgets a worker.</summary>
    public void Unregister(ScriptRole role, ScriptWorker worker)
    {
        lock (_gate)
            _workers[role].Remove(worker);
    }

    /// <summary>The processes of the workers.</summary>
    public IReadOnlyList<int> WorkerProcesses
    {
        get
        {
            lock (_gate)
                return [.. _workers.Values.SelectMany(w => w).Select(w => w.Id)];
        }
    }

    /// <summary>Takes note that a script cannot be loaded: it is not tried again before it changes.</summary>
    public void Break(ScriptRole role, ScriptFile script, long version, ScriptException error)
    {
        lock (_gate)
        {
            if (version != (role == ScriptRole.Chunk ? _chunkVersion : _postVersion))
                return;
            if (role == ScriptRole.Chunk)
                _chunkBroken = true;
            else
                _postBroken = true;
            Note(role, script, error, chunk: null);
            Monitor.PulseAll(_gate);
        }
    }

    private void RestartChunks(string reason, bool keepChunks)
    {
        Restarting(reason);
        _chunkVersion++;
        (_chunkBroken, _draining, _dirty) = (false, false, false);
        _failures.Remove(ScriptRole.Chunk);
        foreach (var worker in _workers[ScriptRole.Chunk])
            worker.Cancel();
        _current = null;
        if (keepChunks && _canRewind)
        {
            foreach (var entry in _entries.Values.ToList())
                Forget(entry);
            _waiting.Clear();
            (_head, _rewind) = (_sequence, true);
            return;
        }
        if (keepChunks)
            _head = _kept.TryPeek(out var first) ? first.Chunk.Sequence : _head;
        else
            _kept.ToList().ForEach(Forget);
        _kept.Clear();
        foreach (var entry in _entries.Values)
            Requeue(entry);
    }

    private void Requeue(ChunkEntry entry)
    {
        entry.Chunk.ArrivedAt = Stopwatch.GetTimestamp();
        (entry.State, entry.Output) = (ChunkState.Waiting, null);
        if (entry.Chunk.IsEndOfRun)
            entry.State = ChunkState.Reduced;
        else if (Configuration.PostProcessOnly)
            (entry.State, entry.Output) = (ChunkState.Reduced, new ChunkOutput(_arena, entry.Chunk));
        else
            _waiting.Add(entry.Chunk.Sequence);
    }

    private void RestartPostProcessing()
    {
        _postVersion++;
        (_postBroken, _lastPost, _dirty) = (false, long.MinValue, _current is not null);
        _failures.Remove(ScriptRole.PostProcessing);
        foreach (var worker in _workers[ScriptRole.PostProcessing])
            worker.Cancel();
    }

    private void Restarting(string reason)
    {
        Restarts++;
        LastRestart = reason;
        _logger.LogInformation("restarting the processing: {Reason}", reason);
    }

    private string Told(ScriptRole role, ScriptFile? script, ScriptFile? before)
    {
        if (script is null)
            return $"{ScriptFile.Places(Configuration.ScriptDir, Configuration.Instrument, role)[0]} was removed";
        if (script.Md5 != before?.Md5 || script.Path != before.Path)
            return $"{script.Path} has changed (MD5 {script.Md5})";
        var changed = script.Modules.Except(before.Modules).Select(m => $"{m.Path} (MD5 {m.Md5})");
        var removed = before.Modules.Select(m => m.Path).Except(script.Modules.Select(m => m.Path)).Select(p => $"{p} (removed)");
        return $"modules of {script.Path} have changed: {string.Join(", ", changed.Concat(removed))}";
    }

    private void Note(ScriptRole role, ScriptFile? script, ScriptException error, Chunk? chunk)
    {
        var before = _failures.GetValueOrDefault(role);
        _failures[role] = new ScriptFailure
        {
            Script = script?.Path ?? "",
            Md5 = script?.Md5,
            Line = error.Line,
            Chunk = chunk?.Number,
            Run = chunk?.Run,
            Message = error.Message,
            Traceback = error.Traceback,
            Time = DateTimeOffset.UtcNow,
        };
        var place = error.Line is { } line ? $", line {line}" : "";
        var data = chunk is null ? "" : $", chunk {chunk.Number} of run {chunk.Run}";
        if (before is null || before.Message != error.Message || before.Line != error.Line)
            _logger.LogError("script {Script}{Line}{Chunk}: {Message}{Traceback}", script?.Path, place, data, error.Message, error.Traceback.Length > 0 ? "\n" + error.Traceback.TrimEnd() : "");
        else
            _logger.LogDebug("script {Script}{Line}{Chunk}: {Message}", script?.Path, place, data, error.Message);
    }

    // What is in use, for programs that look for it where the deployed livereduce has it.
    private void PublishScripts()
    {
        var used = Scripts;
        var told = new[] { used.Chunk, used.PostProcessing }.OfType<ScriptFile>().Select(s => new ModuleFile(s.Path, s.Md5))
            .Concat(used.Modules).DistinctBy(f => f.Path).ToDictionary(f => f.Path, f => f.Md5);
        var text = JsonSerializer.Serialize(told);
        _folder.WriteText("scripts.json", text);
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(_folder.Path)!, "scripts.json"), text);
        _logger.LogInformation("scripts in use: {Scripts}", told.Count > 0 ? text : "none");
    }
}
