using System.Collections;

namespace Hutch.Services;

/// <summary>
/// Services, with queries that can be chained and actions on all of them. A list does not change; its services do, so a
/// query by state is true for the moment it was asked.
/// </summary>
public sealed partial class ServiceList : IReadOnlyList<Service>
{
    private readonly Service[] _services;

    /// <summary>Makes a separate list from any services.</summary>
    public ServiceList(IEnumerable<Service> services) => _services = [.. services];

    internal ServiceList(Service[] services) => _services = services;

    /// <inheritdoc/>
    public int Count => _services.Length;

    /// <inheritdoc/>
    public Service this[int index] => _services[index];

    /// <summary>The names, in the order of the list.</summary>
    public IReadOnlyList<string> Names => Array.ConvertAll(_services, s => s.ServiceName);

    /// <summary>Whether one of them is at work.</summary>
    public bool IsAnyAlive => Array.Exists(_services, s => s.IsServiceAlive);

    /// <inheritdoc/>
    public IEnumerator<Service> GetEnumerator() => ((IEnumerable<Service>)_services).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _services.GetEnumerator();

    /// <summary>The names, comma-separated.</summary>
    public override string ToString() => string.Join(", ", Names);
}
