using Hutch.Services;
using Hutch.Services.Dependencies;

namespace Hutch.Supervision;

public sealed partial class Supervisor
{
    /// <summary>Wants services, and those they depend on, to run, and waits until they are ready. Jobs among those that are done are not run again.</summary>
    /// <param name="services">The services.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="waiting">Called with what is waited for, one line for each service, when that is more than a moment and whenever it changes.</param>
    /// <exception cref="UserErrorException">
    /// They are not ready after <paramref name="timeout"/>, or one has failed for good; the message says what each waits for, with the last
    /// lines of what failed.
    /// </exception>
    public Task StartAsync(IEnumerable<SupervisedService> services, TimeSpan timeout, Action<IReadOnlyList<string>>? waiting = null)
    {
        var chosen = services.ToList();
        var wanted = WithNeeds(chosen);
        lock (_gate)
        {
            foreach (var service in wanted.Where(w => (!w.IsWanted || w.IsOver) && (chosen.Contains(w) || !w.HasCompleted)))
            {
                service.IsWanted = true;
                service.IsOver = false;
                service.NotBefore = default;
            }
        }
        _wake.Set();
        return WaitAsync(wanted, timeout, waiting);
    }

    /// <summary>Waits until services are ready or, if they are jobs, done.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public static Task WaitAsync(IEnumerable<SupervisedService> services, TimeSpan timeout, Action<IReadOnlyList<string>>? waiting = null) =>
        new Reaching(services, "running") { IsReached = s => s.IsSatisfied, IsHopeless = s => s.HasFailed, Waiting = waiting }.WaitAsync(timeout);

    /// <summary>Wants services, and those that depend on them, to stop, and waits until they have.</summary>
    /// <inheritdoc cref="StartAsync"/>
    /// <exception cref="UserErrorException">Some have not stopped after <paramref name="timeout"/>.</exception>
    public Task StopAsync(IEnumerable<SupervisedService> services, TimeSpan timeout, Action<IReadOnlyList<string>>? waiting = null) => End(services, kill: false, timeout, waiting);

    /// <summary>Kills services, and those that depend on them; they stay down until they are started.</summary>
    /// <inheritdoc cref="StartAsync"/>
    /// <exception cref="UserErrorException">Some are not dead after <paramref name="timeout"/>.</exception>
    public Task KillAsync(IEnumerable<SupervisedService> services, TimeSpan timeout, Action<IReadOnlyList<string>>? waiting = null) => End(services, kill: true, timeout, waiting);

    /// <summary>Ends services, but not those that depend on them, starts them again and waits until they are ready.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public async Task RestartAsync(IEnumerable<SupervisedService> services, TimeSpan timeout, Action<IReadOnlyList<string>>? waiting = null)
    {
        var chosen = services.ToList();
        var before = chosen.ToDictionary(s => s, s => (s.Service, s.Service.StartCount));
        lock (_gate)
        {
            foreach (var service in chosen.Where(c => c.Service.IsServiceAlive))
            {
                service.RestartBecause = "it was requested";
                service.RestartIsFailure = false;
                service.IsReady = false;
            }
        }
        await StartAsync(chosen, timeout, waiting);
        await new Reaching(chosen, "running again")
        {
            IsReached = s => s.IsSatisfied && (s.Service, s.Service.StartCount) != before[s],
            IsHopeless = s => s.HasFailed,
            Waiting = waiting,
        }.WaitAsync(timeout);
    }

    private async Task End(IEnumerable<SupervisedService> services, bool kill, TimeSpan timeout, Action<IReadOnlyList<string>>? waiting)
    {
        var chosen = services.ToList();
        var ending = DependencyGraph.WithAliveDependants(chosen.Select(c => c.Service)).Keys.ToHashSet();
        List<SupervisedService> all;
        List<Service> now;
        lock (_gate)
        {
            all = [.. _services.Where(s => chosen.Contains(s) || ending.Contains(s.Service))];
            foreach (var service in all)
            {
                service.IsWanted = false;
                service.IsReady = false;
                service.RestartBecause = null;
                service.IntendedEnd = service.Service.StartCount;
            }
            now = [.. all.Select(s => s.Service)];
            // One ordered end for all of them; until it is done, nobody else acts on them.
            var order = Task.Factory.StartNew(() => OrderlyStop.Run(now, kill), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            foreach (var service in all)
                service.Operation = Task.WhenAll(service.Operation, order);
        }
        await new Reaching(all, kill ? "dead" : "stopped")
        {
            IsReached = s => !s.Service.IsServiceAlive && s.Operation.IsCompleted,
            Describe = s => $"{s.Name} has been {s.Service.State.ToString().ToLowerInvariant()} since {s.Service.History[^1].At.ToLocalTime():HH:mm:ss}",
            Waiting = waiting,
        }.WaitAsync(timeout);
    }

    private static List<SupervisedService> WithNeeds(IEnumerable<SupervisedService> services)
    {
        var found = new List<SupervisedService>();
        foreach (var service in services)
            Visit(service);
        return found;

        void Visit(SupervisedService service)
        {
            if (found.Contains(service))
                return;
            service.Needs.ForEach(Visit);
            found.Add(service);
        }
    }
}
