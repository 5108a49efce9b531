using Hutch.Services.Dependencies;
using Hutch.Services.Scopes;

namespace Hutch.Services;

public sealed partial class ServiceList
{
    /// <summary>Those with this name (one, as a rule).</summary>
    public ServiceList FindByName(string name) => Filter(s => s.ServiceName == name);

    /// <summary>Those that have every one of the tags.</summary>
    public ServiceList FindByTags(params IReadOnlyList<string> tags) => Filter(s => tags.All(s.Tags.Contains));

    /// <summary>Those that have none of the tags.</summary>
    public ServiceList ExcludeTags(params IReadOnlyList<string> tags) => Filter(s => !tags.Any(s.Tags.Contains));

    /// <summary>The one service of this name.</summary>
    /// <exception cref="UserErrorException">None has it, or more than one.</exception>
    public Service Get(string name)
    {
        var found = FindByName(name);
        return found.Count switch
        {
            1 => found[0],
            0 => throw new UserErrorException($"no service is called {name}; {Choices.Among("services", Names)}"),
            _ => throw new UserErrorException($"{found.Count} services are called {name}; choose by scope or tag"),
        };
    }

    /// <summary>Those that are at work.</summary>
    public ServiceList Alive() => Filter(s => s.IsServiceAlive);

    /// <summary>Those that are not at work.</summary>
    public ServiceList NotAlive() => Filter(s => !s.IsServiceAlive);

    /// <summary>Those on which no registered service depends.</summary>
    public ServiceList FindNoDependants()
    {
        var depended = DependencyGraph.DependedOn(ServiceRegistry.Snapshot());
        return Filter(s => !depended.Contains(s));
    }

    /// <summary>Those on which no service at work depends.</summary>
    public ServiceList FindNoAliveDependants()
    {
        var depended = DependencyGraph.DependedOn(ServiceRegistry.Snapshot().Where(s => s.IsServiceAlive));
        return Filter(s => !depended.Contains(s));
    }

    /// <summary>Those with this stop priority.</summary>
    public ServiceList FindByStopPriority(int priority) => Filter(s => s.StopPriority == priority);

    /// <summary>One list a stop priority, lowest (first to stop) first.</summary>
    public IReadOnlyList<ServiceList> GroupByStopPriority() =>
        [.. _services.GroupBy(s => s.StopPriority).OrderBy(g => g.Key).Select(g => new ServiceList(g))];

    /// <summary>Those in one of the states.</summary>
    public ServiceList FindByState(params IReadOnlyList<ServiceState> states) => Filter(s => states.Contains(s.State));

    /// <summary>Those in this container.</summary>
    public ServiceList FindByContainer(ServiceContainer container) => Filter(s => s.Container == container);

    /// <summary>Those attached to this scope itself.</summary>
    public ServiceList AttachedTo(Scope scope) => Filter(s => ReferenceEquals(s.Scope, scope));

    /// <summary>Those attached to this scope or to one inside it.</summary>
    public ServiceList Within(Scope scope) => Filter(s => s.Scope.IsWithin(scope));

    /// <summary>Those attached to a node of this name.</summary>
    public ServiceList FindByNode(string node) => Filter(s => s.Scope is Node n && n.Name == node);

    /// <summary>Those attached to a cluster of this name or to a node of it.</summary>
    public ServiceList FindByCluster(string cluster) => Filter(s => s.Scope.ClusterName == cluster);

    private ServiceList Filter(Predicate<Service> keep) => new(Array.FindAll(_services, keep));
}
