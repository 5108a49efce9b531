using Microsoft.Extensions.Logging;

namespace Hutch.Services;

public abstract partial class Service
{
    /// <summary>Does what can be done to end the body by force; without waiting, and without regard to dependants.</summary>
    internal void BeginKill()
    {
        ServiceRun? run;
        lock (_gate)
        {
            run = _run;
            if (run is null || !IsServiceAlive)
                return;
            run.Killed = true;
            if (State != ServiceState.Stopping)
                MoveTo(ServiceState.Stopping, "killed");
        }
        RaiseChanges();
        if (run.Thread is { } thread && !IsCurrent)
            InterruptedThreads.Watch(thread, at => run.InterruptedAt = at);
        Cancel(run);
        if (!IsCurrent)
            EndBodyByForce(run);
    }

    /// <summary>Waits for the end of a killed body, and gives it up when it does not come.</summary>
    internal void FinishKill(long deadline)
    {
        var run = Volatile.Read(ref _run);
        if (run is null || IsCurrent)
            return;
        var patience = Math.Max(0, deadline - Environment.TickCount64);
        if (!run.Ended.Wait(TimeSpan.FromMilliseconds(patience)))
            Abandon(run);
        if (run.Thread is { } thread)
            InterruptedThreads.Forget(thread);
    }

    /// <summary>Whether the run is to end by force; true before its token is cancelled.</summary>
    private protected bool IsBeingKilled => Volatile.Read(ref _run)?.Killed ?? false;

    /// <summary>What force means in this container; for a thread, an interrupt of whatever it blocks in.</summary>
    private protected virtual void EndBodyByForce(ServiceRun run) => run.Thread?.Interrupt();

    private void Abandon(ServiceRun run)
    {
        var stack = run.InterruptedAt is { } at
            ? $"it was interrupted here and kept running:{Environment.NewLine}{at}"
            : ThreadStack.Describe(run.Thread, run.NativeThreadId);
        var message = $"service {ServiceName} is abandoned: it did not end within {KillGrace.TotalSeconds:0.###} s of being cancelled and interrupted, "
            + $"and a thread cannot be killed. It may still be running; run it in a process (ProcessService) to be able to kill it. Its last iteration, of {GetType()}, began {SinceHeartbeat.TotalSeconds:0.0} s ago; {stack}";
        lock (_gate)
        {
            if (!IsServiceAlive || !ReferenceEquals(run, _run))
                return;
            LastError = new ServiceAbandonedException(message);
            MoveTo(ServiceState.Abandoned, message);
        }
        ServiceRegistry.ReleaseName(this);
        Logger.LogError("{Message}", message);
        RaiseChanges();
    }
}
