using Hutch.Services;
using Hutch.Services.Scopes;
using Hutch.Supervision;
using Microsoft.Extensions.Logging;

namespace Hutch.Beamline;

/// <summary>A beamline file at work: its scopes, its services, and the supervisor that keeps them running.</summary>
public sealed class BeamlineRun : IDisposable
{
    private readonly Session _session;
    private readonly Dictionary<string, Scope> _scopes = [];
    private readonly List<SupervisedService> _autostart = [];

    /// <summary>Makes the services; nothing runs before <see cref="Start"/>.</summary>
    /// <exception cref="UserErrorException">A service cannot be made from its entry.</exception>
    public BeamlineRun(BeamlineFile file, IProgramSource programs, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(loggers);
        File = file;
        _session = new Session(file.Name, loggers.CreateLogger("scopes"));
        Supervisor = new Supervisor(loggers.CreateLogger("supervisor"));
        MakeScopes();
        var groups = file.Groups.ToDictionary(g => g.Name, g => new SupervisionGroup(g.Name, g.Strategy));
        foreach (var entry in InOrder())
        {
            var factory = new ServiceFactory(file, entry, programs, ScopeOf(entry));
            var options = EntryOptions.Supervision(entry, [.. entry.DependsOn.SelectMany(Names)], entry.Group is null ? null : groups[entry.Group]);
            for (var i = 0; i < entry.Instances; i++)
            {
                var (name, instance) = (Names(entry.Name)[i], i);
                var added = Supervisor.Add(log => factory.Create(name, instance, log), options, loggers.CreateLogger(name));
                if (entry.Autostart)
                    _autostart.Add(added);
            }
        }
    }

    /// <summary>What is run.</summary>
    public BeamlineFile File { get; }

    /// <summary>Who keeps it running.</summary>
    public Supervisor Supervisor { get; }

    /// <summary>The services, in the order of the file.</summary>
    public IReadOnlyList<SupervisedService> Services =>
        [.. Supervisor.Services.OrderBy(s => File.Services.FindIndex(e => Names(e.Name).Contains(s.Name))).ThenBy(s => s.Name, StringComparer.Ordinal)];

    /// <summary>Whether all services that were to run have ended for good.</summary>
    public bool IsOver => _autostart.Count > 0 && Supervisor.Services.All(s => s.IsOver || (!s.IsWanted && !_autostart.Contains(s)));

    /// <summary>Starts the services that are to start by themselves, and waits until they are ready.</summary>
    /// <exception cref="UserErrorException">Some are not ready after <paramref name="timeout"/>; they are still being tried.</exception>
    public Task Start(TimeSpan timeout) => Supervisor.StartAsync(_autostart, timeout);

    /// <summary>Ends all services in order.</summary>
    public void Dispose()
    {
        Supervisor.Dispose();
        _session.Dispose();
    }

    private void MakeScopes()
    {
        foreach (var entry in File.Clusters)
        {
            var cluster = new Cluster(entry.Name, _session);
            _scopes[entry.Name] = cluster;
            foreach (var node in entry.Nodes ?? [])
                _scopes[$"{entry.Name}/{node.Name}"] = new Node(node.Name, cluster) { Reachability = EntryOptions.Reachability(node.Reachable) };
        }
    }

    private Scope ScopeOf(ServiceEntry entry)
    {
        if (entry.Node is { } node)
            return _scopes.First(s => s.Value is Node && s.Value.Name == node && (entry.Cluster is null || s.Value.ClusterName == entry.Cluster)).Value;
        return entry.Cluster is { } cluster ? _scopes[cluster] : _session;
    }

    private IReadOnlyList<string> Names(string entry)
    {
        var instances = File.Services.Find(s => s.Name == entry)!.Instances;
        return instances == 1 ? [entry] : [.. Enumerable.Range(0, instances).Select(i => $"{entry}-{i}")];
    }

    /// <summary>The entries with each after those it depends on.</summary>
    private List<ServiceEntry> InOrder()
    {
        var ordered = new List<ServiceEntry>();
        foreach (var entry in File.Services)
            Visit(entry);
        return ordered;

        void Visit(ServiceEntry entry)
        {
            if (ordered.Contains(entry))
                return;
            foreach (var name in entry.DependsOn)
                Visit(File.Services.Find(s => s.Name == name)!);
            ordered.Add(entry);
        }
    }
}
