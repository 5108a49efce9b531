using Hutch.Services.Dependencies;

namespace Hutch.Services;

public abstract partial class Service
{
    private Service[] _declared = [];

    /// <summary>
    /// The services this one depends on: those its fields and properties hold now (in collections too), and those declared
    /// with <see cref="DependsOn"/>.
    /// </summary>
    public IReadOnlyList<Service> Dependencies => ServiceReferences.Of(this, _declared);

    /// <summary>The registered services that depend on this one. It is stopped only after them.</summary>
    public ServiceList Dependants => DependencyGraph.DependantsOf(this);

    /// <summary>Declares dependencies that the service does not hold in a field or property.</summary>
    /// <exception cref="InvalidOperationException">The service would depend on itself.</exception>
    public void DependsOn(params IEnumerable<Service> services)
    {
        var before = _declared;
        _declared = [.. before.Union(services)];
        try
        {
            DependencyGraph.RefuseCycle(this);
        }
        catch (InvalidOperationException)
        {
            _declared = before;
            throw;
        }
    }

    /// <summary>Whether the service can have dependencies at all; most cannot, which keeps queries over many quick.</summary>
    internal bool MayDepend => _declared.Length > 0 || ServiceReferences.MayBeHeldBy(GetType());
}
