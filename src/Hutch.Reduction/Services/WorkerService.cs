using System.Diagnostics;
using Hutch.Reduction.Scripts;
using Hutch.Reduction.Workers;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Services;

/// <summary>A service that keeps a worker process for a script, starts it again when it is gone, and tells how busy it is.</summary>
internal abstract class WorkerService : Service
{
    protected static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    // A script that crashes at every chunk must not keep the machine busy with starting interpreters.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ScriptRole _role;
    private ScriptWorker? _worker;
    private ScriptFile? _script;
    private int _crashes;
    private long _busy;
    private long _busySince;

    protected WorkerService(string name, ScriptRole role, Processing.Reduction reduction, ILogger logger)
        : base(name, logger)
    {
        (_role, Reduction) = (role, reduction);
        OnError = ErrorAction.Fail;
    }

    protected Processing.Reduction Reduction { get; }

    /// <summary>Time in which there was something to do, in Stopwatch ticks.</summary>
    public long Busy
    {
        get
        {
            var since = Volatile.Read(ref _busySince);
            return Volatile.Read(ref _busy) + (since == 0 ? 0 : Stopwatch.GetTimestamp() - since);
        }
    }

    /// <summary>Does something with a worker that has the script loaded.</summary>
    /// <returns>Whether it came to that: if not, the script cannot be loaded, or is to be changed.</returns>
    protected bool With(ScriptFile script, long version, Action<ScriptWorker> run, CancellationToken stop)
    {
        Volatile.Write(ref _busySince, Stopwatch.GetTimestamp());
        try
        {
            return Ready(script, version, stop) is { } worker && Run(worker, run, stop);
        }
        finally
        {
            Volatile.Write(ref _busy, _busy + Stopwatch.GetTimestamp() - _busySince);
            Volatile.Write(ref _busySince, 0);
            Beat();
        }
    }

    protected override void OnStopped() => Drop();

    private bool Run(ScriptWorker worker, Action<ScriptWorker> run, CancellationToken stop)
    {
        try
        {
            using var cancelled = stop.Register(worker.Cancel);
            run(worker);
            _crashes = 0;
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            if (!worker.IsUsable)
                Drop();
        }
    }

    private ScriptWorker? Ready(ScriptFile script, long version, CancellationToken stop)
    {
        if (_worker is { IsUsable: true } ready && ReferenceEquals(_script, script))
            return ready;
        Drop();
        if (_crashes > 1)
            stop.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 100 << Math.Min(_crashes, 10))));
        _crashes++;
        try
        {
            using var cancelled = stop.Register(() => _worker?.Cancel());
            _worker = ScriptWorker.Start(script, Reduction.WorkerSettings, (line, isError) => Print(script, line, isError), started =>
            {
                _worker = started;
                started.Waiting = Beat;
                Reduction.Register(_role, started);
            });
            _script = script;
            return _worker;
        }
        catch (OperationCanceledException)
        {
            Drop();
        }
        catch (ScriptException error)
        {
            Drop();
            Reduction.Break(_role, script, version, error);
        }
        catch (UserErrorException error)
        {
            Reduction.Break(_role, script, version, new ScriptException(error.Message));
        }
        return null;
    }

    private void Drop()
    {
        if (_worker is not { } worker)
            return;
        (_worker, _script) = (null, null);
        Reduction.Unregister(_role, worker);
        worker.Dispose();
    }

    private void Print(ScriptFile script, string line, bool isError)
    {
        if (isError)
            Logger.LogWarning("{Script}: {Line}", script.Name, line);
        else
            Logger.LogInformation("{Script}: {Line}", script.Name, line);
    }
}
