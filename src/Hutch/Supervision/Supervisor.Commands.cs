using Hutch.Services;
using Hutch.Services.Dependencies;

namespace Hutch.Supervision;

public sealed partial class Supervisor
{
    /// <summary>Wants services, and those they depend on, to run, and waits until they are ready.</summary>
    /// <exception cref="UserErrorException">They are not ready after <paramref name="timeout"/>; the message says what each waits for.</exception>
    public Task StartAsync(IEnumerable<SupervisedService> services, TimeSpan timeout)
    {
        var wanted = WithNeeds(services);
        lock (_gate)
        {
            foreach (var service in wanted.Where(w => !w.IsWanted || w.IsOver))
            {
                service.IsWanted = true;
                service.IsOver = false;
                service.NotBefore = default;
            }
        }
        _wake.Set();
        return Reach(wanted, s => s.IsSatisfied, Missing, "running", timeout, s => s.IsOver && s.Service.State != ServiceState.Stopped);
    }

    /// <summary>Wants services, and those that depend on them, to stop, and waits until they have.</summary>
    /// <exception cref="UserErrorException">Some have not stopped after <paramref name="timeout"/>.</exception>
    public Task StopAsync(IEnumerable<SupervisedService> services, TimeSpan timeout) => End(services, kill: false, timeout);

    /// <summary>Kills services, and those that depend on them; they stay down until they are started.</summary>
    /// <exception cref="UserErrorException">Some are not dead after <paramref name="timeout"/>.</exception>
    public Task KillAsync(IEnumerable<SupervisedService> services, TimeSpan timeout) => End(services, kill: true, timeout);

    /// <summary>Ends services, but not those that depend on them, starts them again and waits until they are ready.</summary>
    /// <exception cref="UserErrorException">They are not ready after <paramref name="timeout"/>.</exception>
    public async Task RestartAsync(IEnumerable<SupervisedService> services, TimeSpan timeout)
    {
        var chosen = services.ToList();
        var starts = chosen.ToDictionary(s => s, s => s.Service.StartCount);
        lock (_gate)
        {
            foreach (var service in chosen.Where(c => c.Service.IsServiceAlive))
            {
                service.RestartBecause = "it was asked to";
                service.RestartIsFailure = false;
                service.IsReady = false;
            }
        }
        await StartAsync(chosen, timeout);
        await Reach(chosen, s => s.IsReady && (s.Service.StartCount > starts[s] || !starts.ContainsKey(s)), Missing, "running again", timeout, s => s.IsOver);
    }

    private async Task End(IEnumerable<SupervisedService> services, bool kill, TimeSpan timeout)
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
            }
            now = [.. all.Select(s => s.Service)];
            // One ordered end for all of them; until it is done, nobody else acts on them.
            var order = Task.Factory.StartNew(() => OrderlyStop.Run(now, kill), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            foreach (var service in all)
                service.Operation = Task.WhenAll(service.Operation, order);
        }
        await Reach(all, s => !s.Service.IsServiceAlive && s.Operation.IsCompleted, s => $"{s.Name} is {s.Service.State}", kill ? "dead" : "stopped", timeout, _ => false);
    }

    private static string Missing(SupervisedService service) =>
        service.IsOver ? $"{service.Name} has ended{(service.LastError is null ? "" : $": {service.LastError}")}"
        : $"{service.Name} waits for {service.WaitsFor ?? "its turn"}" + (service.WaitsSince is { } since ? $" since {since.ToLocalTime():HH:mm:ss}" : "")
            + (service.LastError is null ? "" : $" (last error: {service.LastError})");

    private static async Task Reach(
        IReadOnlyList<SupervisedService> services, Func<SupervisedService, bool> reached, Func<SupervisedService, string> missing, string state, TimeSpan timeout, Func<SupervisedService, bool> hopeless)
    {
        var deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        while (true)
        {
            var open = services.Where(s => !reached(s)).ToList();
            if (open.Count == 0)
                return;
            if (open.Exists(s => hopeless(s)) || Environment.TickCount64 > deadline)
                throw new UserErrorException($"not {state}: {string.Join("; ", open.Select(missing))}");
            await Task.Delay(10);
        }
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
