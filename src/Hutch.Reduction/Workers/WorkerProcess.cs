using System.Collections;
using System.Text;
using Hutch.Native.Processes;
using Hutch.Reduction.Scripts;

namespace Hutch.Reduction.Workers;

/// <summary>The process of a worker: how it is started, what it prints, and its end.</summary>
internal sealed class WorkerProcess : IDisposable
{
    // What a script prints last is kept for the report of its crash.
    private const int KeptLines = 200;

    private readonly ChildProcess _child;
    private readonly Queue<string> _lines = new();
    private readonly Lock _gate = new();
    private readonly Action<string, bool> _print;

    private WorkerProcess(string file, IReadOnlyList<string> arguments, WorkerSettings settings, Action<string, bool> print)
    {
        _print = print;
        var environment = new Dictionary<string, string>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        environment["PYTHONUNBUFFERED"] = "1";
        environment["PYTHONDONTWRITEBYTECODE"] = "1";
        // Python limits itself with setrlimit; the garbage collector of .NET reserves far more than it takes, and has a limit of its own.
        if (settings.MemoryLimit > 0)
            environment["DOTNET_GCHeapHardLimit"] = settings.MemoryLimit.ToString("X", System.Globalization.CultureInfo.InvariantCulture);
        _child = ChildProcess.Start(new ChildProcessStart(file, arguments)
        {
            Environment = environment,
            Output = Collector(isError: false),
            Error = Collector(isError: true),
            WithControlSocket = true,
        });
        Channel = new WorkerChannel(_child.ControlSocket);
    }

    public int Id => _child.Id;

    public WorkerChannel Channel { get; }

    public bool HasEnded => _child.Exited.IsCompleted;

    /// <summary>Starts the worker of a language.</summary>
    /// <param name="language">The language.</param>
    /// <param name="settings">How it runs.</param>
    /// <param name="print">Gets the lines that the script prints, and whether they are of the error stream.</param>
    /// <exception cref="UserErrorException">The interpreter is missing.</exception>
    public static WorkerProcess Start(ScriptLanguage language, WorkerSettings settings, Action<string, bool> print)
    {
        var folder = AppContext.BaseDirectory;
        return language == ScriptLanguage.Python
            ? new WorkerProcess(PythonEnvironment.Find(settings.PythonEnvironment), [Path.Combine(folder, "python_worker.py")], settings, print)
            : new WorkerProcess(Path.Combine(folder, "Hutch.Reduction"), [], settings, print);
    }

    /// <summary>Ends the process and all that it started, and tells how it ended.</summary>
    public ChildExit Kill()
    {
        // It leads a session of its own, and thereby a process group.
        Signals.Send(-Id, Signals.SIGKILL);
        return WaitForEnd();
    }

    /// <summary>Waits for the end of a process that is known to end.</summary>
    public ChildExit WaitForEnd()
    {
        if (!_child.Exited.Wait(TimeSpan.FromSeconds(5)))
            Signals.Send(-Id, Signals.SIGKILL);
        return _child.Exited.GetAwaiter().GetResult();
    }

    /// <summary>Asks the interpreter to print where the script is.</summary>
    public void AskForTraceback()
    {
        const int SIGUSR1 = 10;
        _child.Signal(SIGUSR1);
    }

    /// <summary>What was printed last.</summary>
    public IReadOnlyList<string> LastLines()
    {
        lock (_gate)
            return [.. _lines];
    }

    public void Dispose()
    {
        if (!HasEnded)
            Kill();
        Channel.Dispose();
    }

    private OutputHandler Collector(bool isError)
    {
        var pending = new StringBuilder();
        return bytes =>
        {
            pending.Append(Encoding.UTF8.GetString(bytes));
            var text = pending.ToString();
            var end = bytes.IsEmpty ? text.Length : text.LastIndexOf('\n') + 1;
            if (end == 0)
                return;
            pending.Remove(0, end);
            foreach (var line in text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                lock (_gate)
                {
                    if (_lines.Count == KeptLines)
                        _lines.Dequeue();
                    _lines.Enqueue(line);
                }
                _print(line, isError);
            }
        };
    }
}
