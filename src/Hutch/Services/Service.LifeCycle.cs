using Hutch.Services.Dependencies;
using Microsoft.Extensions.Logging;

namespace Hutch.Services;

public abstract partial class Service
{
    private static readonly AsyncLocal<Service?> s_current = new();

    private ServiceRun? _run;

    /// <summary>Acquires what the service needs and starts its body. Returns when the service runs.</summary>
    /// <exception cref="InvalidOperationException">The service runs already, is abandoned, or depends on itself.</exception>
    /// <exception cref="ObjectDisposedException">The service or the scope it is attached to has ended.</exception>
    /// <exception cref="Exception">Whatever <see cref="OnStarting"/> threw; the service is then <see cref="ServiceState.Failed"/>.</exception>
    public void Start()
    {
        var run = new ServiceRun();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (IsAlive)
                throw new InvalidOperationException($"service {ServiceName} is {State} already; stop it before it is started again");
            _run = run;
            LastError = null;
            StartCount++;
            StartedAt = DateTimeOffset.UtcNow;
            Beat();
            MoveTo(ServiceState.Starting);
        }
        RaiseChanges();
        try
        {
            ServiceRegistry.Add(this);
            Scope.Admit(this);
            DependencyGraph.RefuseCycle(this);
            _troubles = 0;
            OnStarting();
        }
        catch (Exception error)
        {
            LastError = error;
            End(run, ServiceState.Failed, error.Message);
            throw;
        }
        lock (_gate)
        {
            if (State == ServiceState.Starting)
                MoveTo(ServiceState.Running);
        }
        RaiseChanges();
        Begin(run);
    }

    /// <summary>
    /// Asks the service to end, after the living services that depend on it, and returns at once;
    /// <see cref="WaitTillStopped"/> waits for it. Called by its own body, it ends the service after this iteration.
    /// </summary>
    public void Stop()
    {
        if (!IsServiceAlive)
            return;
        if (IsCurrent || !DependencyGraph.HasAliveDependants(this))
            RequestStop();
        else
            ThreadPool.UnsafeQueueUserWorkItem(static service => OrderlyStop.Run([service]), this, preferLocal: false);
    }

    /// <summary>
    /// Ends the service by force, after the living services that depend on it. A process is gone afterwards, with all its
    /// descendants. A thread is cancelled and interrupted; if that does not end it within <see cref="KillGrace"/>, it is
    /// reported as <see cref="ServiceState.Abandoned"/> with its stack: no thread can be killed.
    /// </summary>
    /// <returns>False if the service had to be abandoned.</returns>
    public bool Kill()
    {
        OrderlyStop.Run([this], kill: true);
        return !IsAlive || IsCurrent;
    }

    /// <summary>Waits until the service has ended and released what it held.</summary>
    /// <returns>False if <paramref name="timeout"/> passed first.</returns>
    public bool WaitTillStopped(TimeSpan timeout) => Volatile.Read(ref _run)?.Ended.Wait(timeout) ?? true;

    /// <summary>Takes a service that has ended out of the registry and releases what it kept for the time after its end.</summary>
    /// <exception cref="InvalidOperationException">The service is alive.</exception>
    public void Cleanup()
    {
        if (IsServiceAlive)
            throw new InvalidOperationException($"service {ServiceName} is {State}; stop or kill it before it is cleaned up");
        OnCleanup();
        ServiceRegistry.Remove(this);
    }

    /// <summary>Stops the service, waits for its end and cleans it up.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops the service; called once by <see cref="Dispose()"/>.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (_disposed || !disposing)
            return;
        if (IsServiceAlive)
            OrderlyStop.Run([this]);
        _disposed = true;
        Cleanup();
    }

    /// <summary>Whether the caller is (called by) the body of this service.</summary>
    internal bool IsCurrent => ReferenceEquals(s_current.Value, this);

    /// <summary>Asks for the end without regard to dependants.</summary>
    internal void RequestStop(string? reason = null)
    {
        ServiceRun? run;
        lock (_gate)
        {
            if (State is ServiceState.Running or ServiceState.Starting)
                MoveTo(ServiceState.Stopping, reason);
            run = _run;
        }
        RaiseChanges();
        run?.Stop.Cancel();
    }

    private void End(ServiceRun run, ServiceState ending, string? reason = null)
    {
        try
        {
            OnStopped();
        }
        catch (Exception error)
        {
            LastError ??= error;
            ending = ServiceState.Failed;
            reason = error.Message;
            Logger.LogError(error, "{Service}: {Message}", ServiceName, error.Message);
        }
        lock (_gate)
            MoveTo(run.Killed ? ServiceState.Killed : ending, reason);
        // Listeners first: who waited for the end may end the process.
        RaiseChanges();
        run.Ended.Set();
    }
}
