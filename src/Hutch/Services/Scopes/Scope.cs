using Hutch.Services.Logging;
using Microsoft.Extensions.Logging;

namespace Hutch.Services.Scopes;

/// <summary>
/// What services are attached to and end with: the session, a cluster, a node. Ending a scope ends the services attached
/// to it, to scopes inside it, and those outside that depend on them, in the right order, and cleans them up.
/// </summary>
public abstract class Scope : IDisposable
{
    private readonly Lock _ending = new();
    private volatile bool _ended;

    private protected Scope(string name, Scope? parent, ILogger? logger)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        Parent = parent;
        Logger = GuardedLogger.Around(logger ?? parent?.Logger);
    }

    /// <summary>The name of the session, cluster or node.</summary>
    public string Name { get; }

    /// <summary>The scope this one is inside of and ends with; null for a session.</summary>
    public Scope? Parent { get; }

    /// <summary>Its kind: session, cluster or node.</summary>
    public abstract string Kind { get; }

    /// <summary>Whether it, or a scope it is inside of, has ended; services can no longer start in it.</summary>
    public bool HasEnded => _ended || Parent is { HasEnded: true };

    /// <summary>The registered services attached to it or to a scope inside it.</summary>
    public ServiceList Services => ServiceRegistry.FindServicesFromAllSources().Within(this);

    /// <summary>The cluster it is or belongs to, or null.</summary>
    public string? ClusterName => this is Cluster ? Name : Parent?.ClusterName;

    /// <summary>The session that it is or belongs to.</summary>
    public Session Session => this as Session ?? Parent!.Session;

    /// <summary>Where the end of the scope is logged.</summary>
    internal ILogger Logger { get; }

    /// <summary>Attaches services to the scope and registers them.</summary>
    /// <exception cref="InvalidOperationException">One is alive, in another scope.</exception>
    public void Add(params IEnumerable<Service> services)
    {
        foreach (var service in services)
        {
            if (service.IsAlive && !ReferenceEquals(service.Scope, this))
                throw new InvalidOperationException($"service {service.ServiceName} is {service.State} in {service.Scope}; stop it before moving it to {this}");
            service.AttachTo(this);
            ServiceRegistry.Add(service);
        }
    }

    /// <summary>Whether this is <paramref name="outer"/> or somewhere inside it.</summary>
    public bool IsWithin(Scope outer)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (ReferenceEquals(scope, outer))
                return true;
        }
        return false;
    }

    /// <summary>Ends the scope. A second call waits for the first.</summary>
    /// <returns>The services that could not be killed and are abandoned.</returns>
    public ServiceList End()
    {
        lock (_ending)
        {
            if (_ended)
                return new ServiceList([]);
            _ended = true;
            var abandoned = new List<Service>();
            // Again, because a service may have been starting while the scope closed.
            for (var services = Services; services.Count > 0; services = Services)
            {
                OrderlyStop.Run(services);
                abandoned.AddRange(services.FindByState(ServiceState.Abandoned));
                foreach (var service in services)
                {
                    if (service.IsCurrent)
                        ServiceRegistry.Remove(service);
                    else if (!service.IsServiceAlive)
                        service.TryCleanup();
                }
            }
            OnEnded();
            return new ServiceList(abandoned);
        }
    }

    /// <summary>Ends the scope; see <see cref="End"/>.</summary>
    public void Dispose()
    {
        End();
        GC.SuppressFinalize(this);
    }

    /// <summary>Its kind and name.</summary>
    public override string ToString() => $"{Kind} {Name}";

    /// <summary>Called when all services are gone.</summary>
    private protected virtual void OnEnded()
    {
    }
}
