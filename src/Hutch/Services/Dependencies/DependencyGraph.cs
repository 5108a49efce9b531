namespace Hutch.Services.Dependencies;

/// <summary>Who depends on whom among the registered services.</summary>
internal static class DependencyGraph
{
    public static ServiceList DependantsOf(Service service) =>
        new(ServiceRegistry.Snapshot().Where(s => s.MayDepend && s.Dependencies.Contains(service)));

    public static bool HasAliveDependants(Service service) =>
        ServiceRegistry.Snapshot().Any(s => s.MayDepend && s.IsServiceAlive && s.Dependencies.Contains(service));

    /// <summary>The services that some of these depend on.</summary>
    public static HashSet<Service> DependedOn(IEnumerable<Service> services)
    {
        var depended = new HashSet<Service>();
        foreach (var service in services)
        {
            if (service.MayDepend)
                depended.UnionWith(service.Dependencies);
        }
        return depended;
    }

    /// <summary>
    /// The living ones of some services together with all that depend on them, directly or not; for each, the ones of
    /// these that must end before it.
    /// </summary>
    public static Dictionary<Service, HashSet<Service>> WithAliveDependants(IEnumerable<Service> services)
    {
        var dependants = new Dictionary<Service, List<Service>>();
        foreach (var service in ServiceRegistry.Snapshot())
        {
            if (!service.MayDepend || !service.IsServiceAlive)
                continue;
            foreach (var dependency in service.Dependencies)
            {
                if (!dependants.TryGetValue(dependency, out var list))
                    dependants[dependency] = list = [];
                list.Add(service);
            }
        }
        var found = new Dictionary<Service, HashSet<Service>>();
        var open = new Stack<Service>(services.Where(s => s.IsServiceAlive));
        while (open.TryPop(out var service))
        {
            if (!found.TryAdd(service, []) || !dependants.TryGetValue(service, out var needing))
                continue;
            found[service].UnionWith(needing);
            foreach (var dependant in needing)
                open.Push(dependant);
        }
        return found;
    }

    /// <summary>The services with each after those it depends on.</summary>
    public static IReadOnlyList<Service> InStartOrder(IEnumerable<Service> services)
    {
        var wanted = services.ToList();
        var ordered = new List<Service>();
        var seen = new HashSet<Service>();
        var members = wanted.ToHashSet();
        foreach (var service in wanted)
            Visit(service);
        return ordered;

        void Visit(Service service)
        {
            if (!seen.Add(service))
                return;
            if (service.MayDepend)
            {
                foreach (var dependency in service.Dependencies)
                    Visit(dependency);
            }
            if (members.Contains(service))
                ordered.Add(service);
        }
    }

    /// <summary>Checks that a service does not depend on itself.</summary>
    /// <exception cref="InvalidOperationException">It does; the message shows the way round.</exception>
    public static void RefuseCycle(Service service)
    {
        if (!service.MayDepend)
            return;
        var path = new List<Service> { service };
        if (FindWayBack(service, service, path, []))
        {
            throw new InvalidOperationException(
                $"services depend on each other in a circle: {string.Join(" -> ", path.Select(s => s.ServiceName))}; "
                + $"mark a field or property that is no dependency with [{nameof(NotADependencyAttribute)[..^"Attribute".Length]}]");
        }
    }

    private static bool FindWayBack(Service from, Service to, List<Service> path, HashSet<Service> seen)
    {
        if (!from.MayDepend)
            return false;
        foreach (var next in from.Dependencies)
        {
            if (!seen.Add(next))
                continue;
            path.Add(next);
            if (ReferenceEquals(next, to) || FindWayBack(next, to, path, seen))
                return true;
            path.RemoveAt(path.Count - 1);
        }
        return false;
    }
}
