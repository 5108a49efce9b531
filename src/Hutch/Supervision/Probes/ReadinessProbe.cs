namespace Hutch.Supervision.Probes;

/// <summary>Finds out whether a running service is ready for those that depend on it.</summary>
public abstract class ReadinessProbe
{
    /// <summary>What is waited for, to follow "waits for": <c>port 5672 to accept connections</c>.</summary>
    public abstract string Description { get; }

    /// <summary>Called before each start of the service.</summary>
    public virtual void Begin(SupervisedService service)
    {
    }

    /// <summary>Whether a service that was ready is so no longer, though it has not been started again.</summary>
    internal virtual bool IsLost(SupervisedService service) => false;

    /// <summary>Whether the service is ready. Asked every 50 ms while it runs, until it says yes.</summary>
    public abstract ValueTask<bool> IsReadyAsync(SupervisedService service, CancellationToken stop);
}
