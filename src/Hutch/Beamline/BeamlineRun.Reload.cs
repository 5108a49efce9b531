using Hutch.Supervision;

namespace Hutch.Beamline;

public sealed partial class BeamlineRun
{
    private readonly SemaphoreSlim _oneReload = new(1);
    private volatile bool _isReloading;

    /// <summary>
    /// Applies a changed file: new services start, removed ones stop, changed ones restart with their dependants, in order.
    /// Nothing else is touched. What a service's own configuration file says is not compared.
    /// </summary>
    /// <param name="path">The file; null for the one that runs.</param>
    /// <param name="dryRun">Whether only to make the plan.</param>
    /// <param name="timeout">How long to wait until what stops has stopped, and until what starts is ready.</param>
    /// <param name="planned">Called with the plan before anything is done.</param>
    /// <param name="waiting">Called with what is waited for.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="UserErrorException">The file is invalid, and nothing was done; or a service did not stop, or is not ready in time.</exception>
    public async Task<IReadOnlyList<ReloadStep>> ReloadAsync(
        string? path, bool dryRun, TimeSpan timeout, Action<IReadOnlyList<ReloadStep>>? planned = null, Action<IReadOnlyList<string>>? waiting = null)
    {
        await _oneReload.WaitAsync();
        try
        {
            var next = BeamlineReader.Read(path ?? File.Path, _programs);
            if (next.Name != File.Name)
                throw new UserErrorException($"{path ?? File.Path} is the file of beamline {next.Name}, but this is {File.Name}; start the other one with: hutch up {path ?? File.Path}");
            await _programs.CheckApartAsync(next.Path);
            var plan = Plan(next);
            planned?.Invoke(plan);
            if (!dryRun)
                await Apply(next, plan, timeout, waiting);
            return plan;
        }
        finally
        {
            _oneReload.Release();
        }
    }

    private IReadOnlyList<ReloadStep> Plan(BeamlineFile next)
    {
        var before = PlannedService.All(File).ToDictionary(p => p.Name);
        var running = Supervisor.Services.ToDictionary(s => s.Name);
        var steps = new Dictionary<string, ReloadStep>();
        foreach (var service in PlannedService.All(next))
        {
            if (!before.TryGetValue(service.Name, out var old))
                steps[service.Name] = new ReloadStep(service.Name, service.Entry.Autostart ? ReloadAction.Start : ReloadAction.Add, "it is new");
            else if (service.DifferencesTo(old) is { Count: > 0 } keys)
                steps[service.Name] = Again(running[service.Name], $"{string.Join(", ", keys)} changed");
            // Those it depends on stand before it.
            else if (service.Needs.FirstOrDefault(steps.ContainsKey) is { } need)
                steps[service.Name] = Again(running[service.Name], $"it depends on {need}");
        }
        foreach (var gone in before.Keys.Except(PlannedService.All(next).Select(p => p.Name)))
            steps[gone] = new ReloadStep(gone, ReloadAction.Stop, "it is no longer in the file");
        return [.. steps.Values];
    }

    private static ReloadStep Again(SupervisedService service, string because) =>
        new(service.Name, service.IsWanted ? ReloadAction.Restart : ReloadAction.Change, because);

    private async Task Apply(BeamlineFile next, IReadOnlyList<ReloadStep> plan, TimeSpan timeout, Action<IReadOnlyList<string>>? waiting)
    {
        var steps = plan.ToDictionary(s => s.Name, s => s.Action);
        var outgoing = Supervisor.Services.Where(s => steps.ContainsKey(s.Name)).ToList();
        var planned = PlannedService.All(next);
        // All that can be refused is refused here, before anything stops.
        var scopes = _scopes.With(next);
        var links = _links.With(next);
        var mask = RunSecrets.Of(next);
        var incoming = planned.Where(p => steps.ContainsKey(p.Name)).Select(p => Make(p, scopes, links, outgoing.Find(o => o.Name == p.Name)?.Log)).ToList();
        _isReloading = true;
        try
        {
            var wanted = outgoing.Where(o => o.IsWanted).ToList();
            try
            {
                await Supervisor.StopAsync(outgoing, timeout, waiting);
            }
            catch (UserErrorException error)
            {
                _ = Supervisor.StartAsync(wanted, timeout).ContinueWith(static started => _ = started.Exception, TaskScheduler.Default);
                throw new UserErrorException($"{error.Message}{Environment.NewLine}the services keep running unchanged", error);
            }
            Supervisor.Replace(outgoing, incoming, planned.Select(p => p.Name));
            _scopes.Become(scopes);
            _links.Become(links);
            _mask = mask;
            _file = next;
            var autostart = planned.Where(p => p.Entry.Autostart).Select(p => p.Name).ToHashSet();
            _autostart = [.. Supervisor.Services.Where(s => autostart.Contains(s.Name))];
            var starting = incoming.Where(i => steps[i.Name] is ReloadAction.Start or ReloadAction.Restart);
            var reached = Supervisor.StartAsync(starting, timeout, waiting);
            _isReloading = false;
            await reached;
        }
        finally
        {
            _isReloading = false;
        }
    }
}
