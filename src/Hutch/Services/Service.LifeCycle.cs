using Hutch.Services.Dependencies;
using Microsoft.Extensions.Logging;

namespace Hutch.Services;

public abstract partial class Service
{
    private const string LateEnd = "its abandoned thread has finally ended";

    private static readonly AsyncLocal<Service?> s_current = new();

    private ServiceRun? _run;

    /// <summary>Acquires what the service needs and starts its body. Returns when the service runs.</summary>
    /// <exception cref="InvalidOperationException">
    /// The service runs already, its abandoned thread still runs, another service of its name is at work in its scope, or it depends on itself.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The service or the scope it is attached to has ended.</exception>
    /// <exception cref="Exception">
    /// Whatever <see cref="OnStarting"/> threw; the service is then <see cref="ServiceState.Failed"/>. It stays registered only if it was
    /// registered before (<see cref="ServiceRegistry.Add"/>, <see cref="Scopes.Scope.Add"/>, an earlier run), to be looked at.
    /// </exception>
    public void Start()
    {
        var run = new ServiceRun();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (IsAlive)
                throw new InvalidOperationException($"service {ServiceName} is already {State}; stop it before starting it again");
            ServiceRegistry.ClaimName(this);
            _run = run;
            LastError = null;
            StartCount++;
            StartedAt = DateTimeOffset.UtcNow;
            Beat();
            MoveTo(ServiceState.Starting);
        }
        RaiseChanges();
        var wasRegistered = RegistryIndex >= 0;
        try
        {
            ServiceRegistry.Add(this);
            ObjectDisposedException.ThrowIf(Scope.HasEnded, Scope);   // not before: a scope that ends now finds it in the registry
            DependencyGraph.RefuseCycle(this);
            _troubles = 0;
            OnStarting();
        }
        catch (Exception error)
        {
            LastError = error;
            End(run, ServiceState.Failed, ErrorText.Of(error));
            if (!wasRegistered)
                TryCleanup();
            throw;
        }
        lock (_gate)
        {
            Beat();   // a long start is no lack of progress; whoever looks now would take it for one
            if (State == ServiceState.Starting)
                MoveTo(ServiceState.Running);
        }
        RaiseChanges();
        Begin(run);
    }

    /// <summary>
    /// Asks the service to end, after the running services that depend on it, and returns immediately;
    /// <see cref="WaitTillStopped"/> waits for it. Called by its own body, it ends the service after this iteration.
    /// </summary>
    public void Stop()
    {
        if (!IsServiceAlive)
            return;
        if (IsCurrent || !DependencyGraph.HasAliveDependants(this))
            RequestStop();
        else
            OrderlyStop.RunInBackground([this]);
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
            throw new InvalidOperationException($"service {ServiceName} is {State}; stop or kill it before cleaning it up");
        try
        {
            OnCleanup();
        }
        finally
        {
            ServiceRegistry.Remove(this);
        }
    }

    /// <summary>Cleans up where an error of it must keep nobody else from being cleaned up.</summary>
    internal void TryCleanup()
    {
        try
        {
            Cleanup();
        }
        catch (Exception error)
        {
            Logger.LogError(error, "{Service} could not be cleaned up: {Message}", ServiceName, ErrorText.Of(error));
        }
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

    /// <summary>The service whose body is the caller, or has called it; null elsewhere.</summary>
    internal static Service? OfThisBody => s_current.Value;

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
        if (run is not null)
            Cancel(run);
    }

    // The body's own callbacks run here, on the thread that requests the end.
    private void Cancel(ServiceRun run)
    {
        try
        {
            run.Stop.Cancel();
        }
        catch (AggregateException error)
        {
            Logger.LogError(error, "{Service}: a callback for its stop failed: {Message}", ServiceName, ErrorText.Of(error.InnerException!));
        }
    }

    private void End(ServiceRun run, ServiceState ending, string? reason = null)
    {
        foreach (var step in (Action[])[OnStopped, Release])
        {
            try
            {
                step();
            }
            catch (Exception error)
            {
                LastError ??= error;
                ending = ServiceState.Failed;
                reason = ErrorText.Of(error);
                Logger.LogError(error, "{Service}: {Message}", ServiceName, reason);
            }
        }
        ServiceRegistry.ReleaseName(this);
        lock (_gate)
        {
            if (State == ServiceState.Abandoned)
                MoveTo(ServiceState.Abandoned, LateEnd);
            else
                MoveTo(run.Killed ? ServiceState.Killed : ending, reason);
        }
        if (State == ServiceState.Abandoned)
            Logger.LogWarning("{Service}: {Note}", ServiceName, LateEnd);
        // Listeners first: who waited for the end may end the process.
        RaiseChanges();
        run.Ended.Set();
    }
}
