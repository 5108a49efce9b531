using System.Diagnostics;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Installation.Hosting;

/// <summary>Any executable as a service on Windows, where a process is not asked to end but ended. A line of output is progress.</summary>
internal sealed class ExecutableService : Service
{
    private readonly UnitSpec _spec;
    private readonly IReadOnlyList<string> _arguments;
    private readonly Queue<string> _last = new();
    private Process? _process;

    public ExecutableService(UnitSpec spec, IReadOnlyList<string> arguments, ILogger logger)
        : base(spec.Name, logger)
    {
        _spec = spec;
        _arguments = arguments;
        OnError = ErrorAction.Fail;
    }

    protected override void OnStarting()
    {
        var start = new ProcessStartInfo(_spec.Target, _arguments)
        {
            WorkingDirectory = _spec.StartFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => OnLine(line.Data);
        _process.ErrorDataReceived += (_, line) => OnLine(line.Data);
        try
        {
            _process.Start();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new UserErrorException($"cannot run {_spec.Target}: {error.Message}", error);
        }
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        using var end = stop.Register(End);
        _process!.WaitForExit();
        if (!stop.IsCancellationRequested && _process.ExitCode != 0)
        {
            lock (_last)
                throw new UserErrorException($"{_spec.Target} ended with exit code {_process.ExitCode}; its last output:{Environment.NewLine}{string.Join(Environment.NewLine, _last)}");
        }
        Stop();
        return null;
    }

    protected override void OnStopped()
    {
        if (_process is { HasExited: false })
            End();
        _process?.Dispose();
    }

    // Processes that end by themselves while the tree is looked through make the runtime stumble, in one way or another; they are gone when it
    // looks again.
    private void End()
    {
        for (var tries = 0; tries < 5 && !_process!.HasExited; tries++)
        {
            try
            {
                _process.Kill(entireProcessTree: tries < 4);
                return;
            }
            catch (Exception error) when (error is System.ComponentModel.Win32Exception or AggregateException or InvalidOperationException or ArgumentException)
            {
                Logger.LogDebug(error, "{Service}: its process could not be stopped: {Message}", ServiceName, error.Message);
            }
        }
    }

    private void OnLine(string? line)
    {
        if (line is null)
            return;
        Beat();
        Logger.LogInformation("{Line}", line);
        lock (_last)
        {
            _last.Enqueue(line);
            if (_last.Count > 200)
                _last.Dequeue();
        }
    }
}
