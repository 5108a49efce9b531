using Hutch.Services;
using Hutch.Services.Processes;
using Hutch.Tracing;

namespace Hutch.Hosting;

/// <summary>Runs the services of a program until they end or a signal, or the supervisor, asks them to.</summary>
public static class ProgramHost
{
    /// <inheritdoc cref="Run(IReadOnlyList{Service}, TextWriter, ProgramHostOptions)"/>
    public static int Run(IReadOnlyList<Service> services, TextWriter errors) => Run(services, errors, new ProgramHostOptions());

    /// <summary>
    /// Starts the services in order, waits until all have ended, one has failed, SIGINT, SIGTERM, SIGQUIT or SIGHUP arrived
    /// or the supervising process asked for the end, and stops the rest in reverse order, dependants first. A service that
    /// takes longer than its time-out is killed. A service manager (systemd) is notified when they run, and of their status.
    /// </summary>
    /// <returns>0 if all ended well, the code of a <see cref="ServiceExitException"/>, 1 if one failed otherwise or could not be killed.</returns>
    public static int Run(IReadOnlyList<Service> services, TextWriter errors, ProgramHostOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var traces = services.Count == 0 ? null : TraceExport.Start(options.Name ?? services[^1].ServiceName);
        using var link = ParentLink.Current;
        using var asked = new ManualResetEventSlim();
        using var signals = new StopSignals(asked.Set, HangUp(services));
        using var stop = options.Stop.Register(asked.Set);
        using var changed = new AutoResetEvent(false);
        EventHandler<StateChange> onChange = (_, _) => changed.Set();
        if (link is not null)
        {
            link.StopAsked += asked.Set;
            link.Listen();
        }
        var started = new List<Service>();
        using var health = new HealthReport(() => Overdue(started, options), () => Describe(started));
        Exception? failure = null;
        try
        {
            foreach (var service in services)
            {
                if (asked.IsSet)
                    break;
                service.StateChanged += onChange;
                service.Start();
                started.Add(service);
            }
            var report = link is null ? null : new ParentReport(link, started);
            health.Ready();
            options.Ready?.Invoke();
            // Without a service manager, or a supervisor, to report to, an idle program is not woken up by this.
            while (!asked.IsSet && !started.All(s => s.State.HasEnded()) && !started.Any(s => s.State == ServiceState.Failed))
            {
                WaitHandle.WaitAny([asked.WaitHandle, changed], Sooner(health.Interval, report?.Wait ?? Timeout.InfiniteTimeSpan));
                health.Poll();
                report?.Poll();
            }
        }
        catch (Exception error) when (error is UserErrorException or IOException or UnauthorizedAccessException)
        {
            failure = error;
            errors.WriteLine($"hutch: {error.Message}");
        }
        foreach (var service in services)
            service.StateChanged -= onChange;
        health.Stopping();
        foreach (var service in Enumerable.Reverse(started))
        {
            service.Stop();
            if (!service.WaitTillStopped(service.StopTimeout) && !service.Kill())
                errors.WriteLine($"hutch: {service.LastError?.Message}");
        }
        foreach (var service in started.Where(s => s.State == ServiceState.Failed))
            errors.WriteLine($"hutch: {service.ServiceName}: {service.LastError?.Message}");
        failure ??= started.Find(s => s.State is ServiceState.Failed or ServiceState.Abandoned)?.LastError;
        if (failure is null)
            return 0;
        options.Failed?.Invoke(failure);
        link?.SendFailure(failure);
        return failure is ServiceExitException exit ? exit.ExitCode : 1;
    }

    private static TimeSpan Sooner(TimeSpan one, TimeSpan other) =>
        one == Timeout.InfiniteTimeSpan || (other != Timeout.InfiniteTimeSpan && other < one) ? other : one;

    private static Action? HangUp(IReadOnlyList<Service> services)
    {
        var reloadable = services.OfType<IReloadable>().ToList();
        return reloadable.Count == 0 ? null : () => reloadable.ForEach(s => s.Reload());
    }

    // The process makes as much progress as the service that makes least.
    private static TimeSpan Overdue(List<Service> services, ProgramHostOptions options) =>
        services.Where(s => s.IsServiceAlive).Select(options.Overdue).DefaultIfEmpty().Max();

    private static string Describe(List<Service> services)
    {
        var parts = services.Select(s => s.LastError is { } error && s.IsServiceAlive
            ? $"{s.ServiceName} is {s.State} after an error: {error.Message.Split('\n')[0]}"
            : $"{s.ServiceName} is {s.State}");
        return string.Join("; ", parts);
    }
}
