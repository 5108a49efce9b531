namespace Hutch.Services;

public sealed partial class ServiceList
{
    /// <summary>Starts those that are not alive, dependencies first.</summary>
    /// <exception cref="Exception">What the first start that failed threw; those before it run.</exception>
    public void Start()
    {
        foreach (var service in Dependencies.DependencyGraph.InStartOrder(_services))
        {
            if (!service.IsAlive)
                service.Start();
        }
    }

    /// <summary>Asks all to end, dependants first, and returns immediately.</summary>
    public void Stop() => OrderlyStop.RunInBackground(_services);

    /// <summary>Stops all, dependants first, then by stop priority; kills those that take longer than their time-out.</summary>
    /// <returns>Those that could not even be killed.</returns>
    public ServiceList GraduallyStop()
    {
        OrderlyStop.Run(_services);
        return Filter(s => s.IsAlive);
    }

    /// <summary>Kills all, dependants first.</summary>
    /// <returns>Those that could not be killed and are abandoned.</returns>
    public ServiceList Kill()
    {
        OrderlyStop.Run(_services, kill: true);
        return Filter(s => s.IsAlive);
    }

    /// <summary>Stops all in order, kills what does not stop, and cleans up.</summary>
    /// <returns>Those that could not be killed and are abandoned.</returns>
    public ServiceList KillAll()
    {
        var left = GraduallyStop();
        Cleanup();
        return left;
    }

    /// <summary>Removes those that have ended from the registry. One whose <see cref="Service.Cleanup"/> throws leaves it too; its error is logged.</summary>
    public void Cleanup()
    {
        foreach (var service in _services)
        {
            if (!service.IsServiceAlive)
                service.TryCleanup();
        }
    }

    /// <summary>Waits until all have ended.</summary>
    /// <returns>False if the time for all together passed first.</returns>
    public bool WaitTillStopped(TimeSpan timeout)
    {
        var deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        foreach (var service in _services)
        {
            if (!service.WaitTillStopped(TimeSpan.FromMilliseconds(Math.Max(0, deadline - Environment.TickCount64))))
                return false;
        }
        return true;
    }
}
