namespace Hutch.Services;

/// <summary>
/// All services of the process: each from its first start, or from being added to a scope, until it is cleaned up.
/// </summary>
public static class ServiceRegistry
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<(object Home, string Name), Service> AtWork = [];
    private static Service?[] s_places = new Service?[64];
    private static int s_used;
    private static int s_count;
    private static Service[]? s_snapshot;

    /// <summary>The number of services that are registered.</summary>
    public static int Count => Volatile.Read(ref s_count);

    /// <summary>
    /// Every registered service, in the order of registration: those of this process, and those it runs in processes of
    /// their own or watches for a host.
    /// </summary>
    public static ServiceList FindServicesFromAllSources() => new(Snapshot());

    /// <summary>Makes a service known before it is started. Does nothing if it is known already.</summary>
    public static void Add(Service service)
    {
        ArgumentNullException.ThrowIfNull(service);
        lock (Gate)
        {
            if (service.RegistryIndex >= 0)
                return;
            if (s_used == s_places.Length)
                Array.Resize(ref s_places, s_used * 2);
            service.RegistryIndex = s_used;
            s_places[s_used++] = service;
            s_count++;
            s_snapshot = null;
        }
        Scopes.ProcessEnd.Watch();
    }

    /// <summary>Reserves the name of a service that is about to start, within its scope or, if it is part of another service, within that.</summary>
    /// <exception cref="InvalidOperationException">Another one of this name is at work there.</exception>
    internal static void ClaimName(Service service)
    {
        lock (Gate)
        {
            if (AtWork.TryGetValue(HomeOf(service), out var other) && other != service && other.IsServiceAlive)
                throw new InvalidOperationException($"a service called {service.ServiceName} is already at work in {service.Scope}; stop it first, or give this one another name or scope");
            AtWork[HomeOf(service)] = service;
        }
    }

    internal static void ReleaseName(Service service)
    {
        lock (Gate)
        {
            if (AtWork.TryGetValue(HomeOf(service), out var holder) && holder == service)
                AtWork.Remove(HomeOf(service));
        }
    }

    private static (object Home, string Name) HomeOf(Service service) => (service.PartOf ?? (object)service.Scope, service.ServiceName);

    internal static void Remove(Service service)
    {
        lock (Gate)
        {
            if (service.RegistryIndex < 0)
                return;
            s_places[service.RegistryIndex] = null;
            service.RegistryIndex = -1;
            s_count--;
            s_snapshot = null;
            if (s_used > 64 && s_count < s_used / 2)
                Compact();
        }
    }

    internal static Service[] Snapshot()
    {
        lock (Gate)
        {
            if (s_snapshot is { } known)
                return known;
            var services = new Service[s_count];
            var next = 0;
            foreach (var service in s_places.AsSpan(0, s_used))
            {
                if (service is not null)
                    services[next++] = service;
            }
            return s_snapshot = services;
        }
    }

    private static void Compact()
    {
        var next = 0;
        for (var i = 0; i < s_used; i++)
        {
            if (s_places[i] is not { } service)
                continue;
            s_places[i] = null;
            s_places[next] = service;
            service.RegistryIndex = next++;
        }
        s_used = next;
    }
}
