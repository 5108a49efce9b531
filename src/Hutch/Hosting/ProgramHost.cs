using Hutch.Services;

namespace Hutch.Hosting;

/// <summary>Runs the services of a program until they end or a signal asks them to.</summary>
public static class ProgramHost
{
    /// <summary>The longest time a service may take to end before it is left behind.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Starts the services in order, waits until all have ended, one has failed or SIGINT, SIGTERM or SIGQUIT arrived,
    /// and stops the rest in reverse order.
    /// </summary>
    /// <returns>0 if all ended well, 1 if one failed.</returns>
    public static int Run(IReadOnlyList<Service> services, TextWriter errors)
    {
        using var asked = new ManualResetEventSlim();
        using var signals = new StopSignals(asked.Set);
        var started = new List<Service>();
        var failed = false;
        try
        {
            foreach (var service in services)
            {
                if (asked.IsSet)
                    break;
                service.Start();
                started.Add(service);
            }
            while (!asked.Wait(50))
            {
                if (started.All(HasEnded) || started.Any(s => s.State == ServiceState.Failed))
                    break;
            }
        }
        catch (Exception error) when (error is UserErrorException or IOException or UnauthorizedAccessException)
        {
            failed = true;
            errors.WriteLine($"hutch: {error.Message}");
        }
        foreach (var service in Enumerable.Reverse(started))
        {
            service.Stop();
            if (!service.WaitTillStopped(StopTimeout))
            {
                failed = true;
                errors.WriteLine($"hutch: service {service.ServiceName} did not end within {StopTimeout.TotalSeconds:0} s");
            }
        }
        foreach (var service in started.Where(s => s.State == ServiceState.Failed))
        {
            failed = true;
            errors.WriteLine($"hutch: {service.ServiceName}: {service.LastError?.Message}");
        }
        return failed ? 1 : 0;
    }

    private static bool HasEnded(Service service) => service.State is ServiceState.Stopped or ServiceState.Failed;
}
