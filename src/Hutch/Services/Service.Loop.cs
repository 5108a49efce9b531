using Hutch.Services.Scopes;
using Microsoft.Extensions.Logging;

namespace Hutch.Services;

public abstract partial class Service
{
    /// <summary>The shortest pause after an iteration that was skipped: an unready service must not spin.</summary>
    private static readonly TimeSpan UnreadyPause = TimeSpan.FromMilliseconds(100);

    /// <summary>The shortest pause after an error: one that repeats must not fill the log at full speed.</summary>
    private static readonly TimeSpan ErrorPause = TimeSpan.FromMilliseconds(10);

    /// <summary>The longest time that a wait handle and a timer both accept.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(20);

    private TimeProvider _clock = TimeProvider.System;
    private long _pausesUntil;

    /// <summary>The node to look for before each iteration, if the service is attached to one that can be looked for.</summary>
    private protected Node? CheckedNode { get; private set; }

    /// <summary>One iteration with all that belongs to it, for containers that do not hold a thread.</summary>
    /// <returns>The pause before the next one, or null at the end.</returns>
    private protected virtual ValueTask<TimeSpan?> StepAsync(ServiceRun run, CancellationToken stop) =>
        ValueTask.FromResult(Step(run, stop));

    /// <summary>When the next iteration is due by the clock of the session (<see cref="Session.Clock"/>), if the body pauses until then; else null.</summary>
    public DateTimeOffset? PausesUntil =>
        IsServiceAlive && Volatile.Read(ref _pausesUntil) is var end && end > _clock.GetUtcNow().UtcTicks ? new DateTimeOffset(end, TimeSpan.Zero) : null;

    /// <summary>Whether an error of the body ends the service.</summary>
    private protected virtual bool EndsOnError => OnError == ErrorAction.Fail;

    /// <summary>Set when the present run is to end.</summary>
    private protected CancellationToken StopToken => Volatile.Read(ref _run)!.Stop.Token;

    private void Begin(ServiceRun run)
    {
        CheckedNode = Scope is Node { Reachability: not null } node ? node : null;
        _clock = Scope.Session.Clock;
        if (Container != ServiceContainer.Thread)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static begun => _ = begun.Service.LoopOnPool(begun.Run), (Service: this, Run: run), preferLocal: false);
            return;
        }
        run.Thread = new Thread(() => LoopOnThread(run)) { Name = ServiceName, IsBackground = true };
        run.Thread.UnsafeStart();
    }

    private void LoopOnThread(ServiceRun run)
    {
        s_current.Value = this;
        run.NativeThreadId = OperatingSystem.IsLinux() ? Native.Processes.NativeThread.CurrentId : 0;
        using (Logger.BeginScope(Identity))
        {
            var stop = run.Stop.Token;
            try
            {
                while (!stop.IsCancellationRequested && Step(run, stop) is { } pause)
                {
                    while (!stop.IsCancellationRequested && Take(ref pause) is { } piece)
                        PauseOnThread(piece, stop);
                }
            }
            catch (ThreadInterruptedException) when (run.Killed)
            {
            }
            catch (Exception error)
            {
                Break(run, error);
            }
            AbsorbInterrupt(run);
            EndAfterLoop(run);
        }
    }

    private async Task LoopOnPool(ServiceRun run)
    {
        s_current.Value = this;
        using (Logger.BeginScope(Identity))
        {
            var stop = run.Stop.Token;
            try
            {
                while (!stop.IsCancellationRequested && await StepAsync(run, stop) is { } pause)
                {
                    if (pause <= TimeSpan.Zero)
                        await Task.Yield();
                    while (!stop.IsCancellationRequested && Take(ref pause) is { } piece)
                        await PauseByClock(piece, stop);
                }
            }
            catch (Exception error)
            {
                Break(run, error);
            }
            EndAfterLoop(run);
        }
    }

    /// <summary>The next piece of a pause that the system can wait for, or null at its end; <see cref="Timeout.InfiniteTimeSpan"/> has none.</summary>
    private TimeSpan? Take(ref TimeSpan pause)
    {
        if (pause == Timeout.InfiniteTimeSpan)
            pause = TimeSpan.MaxValue;
        if (pause <= TimeSpan.Zero)
            return null;
        Rest(pause);
        var piece = pause < LongestWait ? pause : LongestWait;
        pause -= piece;
        return piece;
    }

    private void PauseOnThread(TimeSpan piece, CancellationToken stop)
    {
        if (!ReferenceEquals(_clock, TimeProvider.System))
        {
            PauseByClock(piece, stop).AsTask().GetAwaiter().GetResult();
            return;
        }
        Volatile.Write(ref _pausesUntil, (DateTimeOffset.UtcNow + piece).UtcTicks);
        stop.WaitHandle.WaitOne(piece);
        Volatile.Write(ref _pausesUntil, 0);
    }

    private async ValueTask PauseByClock(TimeSpan piece, CancellationToken stop)
    {
        var end = _clock.GetUtcNow() + piece;
        var pause = Task.Delay(piece, _clock, stop);   // its timer runs before anybody hears of the pause
        Volatile.Write(ref _pausesUntil, end.UtcTicks);
        await pause.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Volatile.Write(ref _pausesUntil, 0);
        if (!ReferenceEquals(_clock, TimeProvider.System))
            await Task.Yield();   // the body must not run on the thread that moves the clock
    }

    // Whatever the guards around the body's parts missed ends this service, and not the process.
    private void Break(ServiceRun run, Exception error)
    {
        LastError = error;
        run.Failed = true;
        Logger.LogCritical(error, "{Service}: {Message}", ServiceName, ErrorText.Of(error));
    }

    private void EndAfterLoop(ServiceRun run) =>
        End(run, run.Failed ? ServiceState.Failed : ServiceState.Stopped, run.Failed && LastError is { } error ? ErrorText.Of(error) : null);

    private TimeSpan? Step(ServiceRun run, CancellationToken stop)
    {
        Beat();
        try
        {
            if (CheckedNode is not null && !CheckedNode.IsReachable(stop))
                return Skip($"node {CheckedNode.Name} is not reachable");
            if (!IsReady(stop))
                return Skip("it is not ready");
            if (!run.FirstIterationDone)
            {
                if (Container == ServiceContainer.Thread)
                    Placement?.Apply();
                OnFirstIteration(stop);
                run.FirstIterationDone = true;
            }
            return Iterate(stop) ?? Interval;
        }
        catch (Exception error)
        {
            return PauseAfter(error, run, stop);
        }
    }

    private protected TimeSpan Skip(string why)
    {
        Logger.LogDebug("{Service}: iteration skipped: {Reason}", ServiceName, why);
        return Interval > UnreadyPause ? Interval : UnreadyPause;
    }

    /// <summary>Notes an error of the body.</summary>
    /// <returns>The pause before the next iteration, or null if there is none.</returns>
    private protected TimeSpan? PauseAfter(Exception error, ServiceRun run, CancellationToken stop)
    {
        if (stop.IsCancellationRequested && error is OperationCanceledException)
            return null;
        if (run.Killed && error is ThreadInterruptedException)
            return null;
        LastError = error;
        // What a user can mend needs no stack.
        Logger.LogError(error is UserErrorException ? null : error, "{Service}: {Message}", ServiceName, ErrorText.Of(error));
        Listeners.Raise(ErrorOccurred, this, error, inListener =>
            Logger.LogError(inListener, "{Service}: a listener for its errors failed: {Message}", ServiceName, ErrorText.Of(inListener)));
        run.Failed = EndsOnError;
        return run.Failed ? null : Interval > ErrorPause ? Interval : ErrorPause;
    }

    // An interrupt that found nothing to interrupt stays pending, and would strike what releases the service's things.
    private static void AbsorbInterrupt(ServiceRun run)
    {
        if (!run.Killed)
            return;
        try
        {
#pragma warning disable RS0030 // it takes a pending interrupt
            Thread.Sleep(1);
#pragma warning restore RS0030
        }
        catch (ThreadInterruptedException)
        {
        }
    }
}
