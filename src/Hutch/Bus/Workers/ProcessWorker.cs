using System.Diagnostics;
using System.Globalization;

namespace Hutch.Bus.Workers;

/// <summary>
/// A service in a child process: the same program with the same command line, told by an environment variable that it is
/// a worker. Its standard input is a pipe whose end tells it to stop, which also comes when the manager dies in any way.
/// </summary>
internal sealed class ProcessWorker : IWorker
{
    private const int LinesKept = 100;

    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();
    private bool _stopped;

    public ProcessWorker(string service, int number, WorkerCommand command, TextWriter log)
    {
        var start = new ProcessStartInfo(command.File) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in command.Arguments)
            start.ArgumentList.Add(argument);
        start.Environment[WorkerCommand.Marker] = number.ToString(CultureInfo.InvariantCulture);
        _process = Process.Start(start)!;
        Name = $"{service} worker {number} (pid {_process.Id})";
        _process.OutputDataReceived += (_, line) => Forward(line.Data, log);
        _process.ErrorDataReceived += (_, line) => Forward(line.Data, log);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Name { get; }

    public int ProcessId => _process.Id;

    public bool HasEnded => _process.HasExited;

    public string Cause
    {
        get
        {
            if (_process.ExitCode == 0 && _stopped)
                return "";
            // All that the process has written has been read when this returns.
            _process.WaitForExit();
            lock (_lastLines)
                return $"exit code {_process.ExitCode}; its last output:{Environment.NewLine}{string.Join(Environment.NewLine, _lastLines)}";
        }
    }

    public void Stop()
    {
        _stopped = true;
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }
    }

    public bool End(TimeSpan patience)
    {
        if (_process.WaitForExit(patience))
            return true;
        _process.Kill();
        _process.WaitForExit();
        return false;
    }

    private void Forward(string? line, TextWriter log)
    {
        if (line is null)
            return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > LinesKept)
                _lastLines.Dequeue();
        }
        lock (log)
            log.WriteLine($"{Name}: {line}");
    }
}
