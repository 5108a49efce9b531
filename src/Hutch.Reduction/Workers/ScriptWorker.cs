using System.Globalization;
using System.Text.RegularExpressions;
using Hutch.Native.Processes;
using Hutch.Reduction.Scripts;
using Hutch.LiveResults;

namespace Hutch.Reduction.Workers;

/// <summary>
/// A script in a process of its own. Whatever the script does (an exception, an endless loop, a crash, too much memory) comes back as a
/// <see cref="ScriptException"/>. For one thread, except <see cref="Cancel"/>.
/// </summary>
internal sealed class ScriptWorker : IDisposable
{
    // What a worker may take to come up: an interpreter and its libraries from a slow network file system.
    private static readonly TimeSpan LoadTimeout = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan TracebackPatience = TimeSpan.FromSeconds(2);

    private readonly ScriptFile _script;
    private readonly WorkerProcess _process;
    private readonly TimeSpan _timeout;
    private volatile bool _cancelled;
    private WorkerOutput? _output;
    private LineMark? _mark;

    private ScriptWorker(ScriptFile script, WorkerProcess process, TimeSpan timeout)
    {
        (_script, _process, _timeout) = (script, process, timeout);
    }

    /// <summary>The process.</summary>
    public int Id => _process.Id;

    /// <summary>Called every second while a script runs: waiting for it, within its time, is no standstill.</summary>
    public Action? Waiting { get; set; }

    /// <summary>Whether it may run again.</summary>
    public bool IsUsable => !_process.HasEnded && !_cancelled;

    /// <summary>Starts a process and loads the script there.</summary>
    /// <param name="script">The script.</param>
    /// <param name="settings">How it runs.</param>
    /// <param name="print">Gets what it prints.</param>
    /// <param name="started">Gets the worker as soon as it can be cancelled.</param>
    /// <exception cref="ScriptException">The script cannot be loaded.</exception>
    public static ScriptWorker Start(ScriptFile script, WorkerSettings settings, Action<string, bool> print, Action<ScriptWorker> started)
    {
        var process = WorkerProcess.Start(script.Language, settings, print);
        var worker = new ScriptWorker(script, process, settings.Timeout);
        started(worker);
        try
        {
            var loaded = worker.Exchange(new WorkerOrder
            {
                Op = "load",
                Kind = script.Role == ScriptRole.Chunk ? "chunk" : "post",
                Path = script.Path,
                Source = script.Text,
                Engine = settings.Engine,
                Instrument = settings.Instrument,
                MemoryLimit = settings.MemoryLimit,
            }, LoadTimeout, "being loaded");
            if (script.Language == ScriptLanguage.CSharp)
                worker._mark = new LineMark(process.Id, loaded.Descriptor);
            return worker;
        }
        catch
        {
            worker.Dispose();
            throw;
        }
    }

    /// <summary>Runs the script once.</summary>
    /// <returns>Its outputs, which are valid until the next run.</returns>
    /// <exception cref="ScriptException">It failed.</exception>
    public WorkerOutput Run(long id, string memory, IReadOnlyList<WorkerArray> arrays, IReadOnlyDictionary<string, object?> attributes, InputReader inputs)
    {
        var reply = Exchange(new WorkerOrder { Op = "run", Id = id, Memory = memory, Arrays = arrays, Attributes = attributes }, _timeout, "running");
        if (_output?.Descriptor != reply.Descriptor)
        {
            _output?.Dispose();
            _output = new WorkerOutput(_process.Id, reply.Descriptor);
        }
        _output.Seconds = reply.Seconds;
        _output.Inputs = inputs;
        _output.Arrays = reply.Outputs;
        return _output;
    }

    /// <summary>Ends the process at once, from any thread; the run in hand fails with <see cref="OperationCanceledException"/>.</summary>
    public void Cancel()
    {
        _cancelled = true;
        Signals.Send(-_process.Id, Signals.SIGKILL);
    }

    /// <summary>Ends the process.</summary>
    public void Dispose()
    {
        _process.Dispose();
        _output?.Dispose();
        _mark?.Dispose();
    }

    private WorkerReply Exchange(WorkerOrder order, TimeSpan timeout, string doing)
    {
        WorkerReply? reply;
        try
        {
            _process.Channel.Send(order);
            var deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
            while (!_process.Channel.Wait(TimeSpan.FromMilliseconds(Math.Clamp(deadline - Environment.TickCount64, 0, 1000))))
            {
                if (Environment.TickCount64 >= deadline)
                    throw Looping(timeout, doing);
                Waiting?.Invoke();
            }
            reply = _process.Channel.Receive<WorkerReply>();
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            reply = null;
        }
        if (_cancelled)
            throw new OperationCanceledException();
        if (reply is null)
            throw Crashed(doing);
        if (reply.Op != "error")
            return reply;
        if (reply.Fatal)
            _process.WaitForEnd();
        throw new ScriptException(reply.Message ?? "unknown error", reply.Line, reply.Traceback ?? "");
    }

    private ScriptException Looping(TimeSpan timeout, string doing)
    {
        _process.AskForTraceback();
        var deadline = Environment.TickCount64 + (long)TracebackPatience.TotalMilliseconds;
        // It is written line by line: the one that names the script must be there, not only the first.
        while (_script.Language == ScriptLanguage.Python && LineIn(Dumped()) is null && Environment.TickCount64 < deadline && !_process.HasEnded)
#pragma warning disable RS0030 // a file is polled that another process writes
            Thread.Sleep(5);
#pragma warning restore RS0030
        _process.Kill();
        if (_cancelled)
            throw new OperationCanceledException();
        var traceback = Dumped();
        return new ScriptException(
            string.Create(CultureInfo.InvariantCulture, $"it did not end within {timeout.TotalSeconds:0.#} s of {doing} and was killed (script_timeout_sec sets the limit)"),
            LineIn(traceback) ?? _mark?.Read(), string.Join('\n', traceback));
    }

    private List<string> Dumped() => [.. _process.LastLines().SkipWhile(l => !l.Contains("most recent call first", StringComparison.Ordinal))];

    private ScriptException Crashed(string doing)
    {
        var exit = _process.WaitForEnd();
        var lines = _process.LastLines();
        var fault = lines.SkipWhile(l => !l.StartsWith("Fatal Python error", StringComparison.Ordinal)).ToList();
        var shown = fault.Count > 0 ? fault : [.. lines.TakeLast(20)];
        return new ScriptException($"its worker process ended while {doing}: {exit}", LineIn(shown) ?? _mark?.Read(), string.Join('\n', shown));
    }

    // faulthandler: File "/path/script.py", line 12 in <module>
    private int? LineIn(IReadOnlyList<string> traceback)
    {
        foreach (var line in traceback)
        {
            if (Regex.Match(line, "^  File \"(.*)\", line ([0-9]+)") is { Success: true } match && match.Groups[1].Value == _script.Path)
                return int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
        }
        return null;
    }
}
