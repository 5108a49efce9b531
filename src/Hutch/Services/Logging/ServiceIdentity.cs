using System.Collections;
using Hutch.Services.Scopes;

namespace Hutch.Services.Logging;

/// <summary>The logging scope of a service: whatever its body logs carries the service, its node and its cluster.</summary>
public sealed class ServiceIdentity : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?>[] _fields;
    private readonly string _text;

    internal ServiceIdentity(Service service)
        : this(service.ServiceName, service.Scope is Node node ? node.Name : null, service.Scope.ClusterName)
    {
    }

    internal ServiceIdentity(string service, string? node, string? cluster)
    {
        var fields = new List<KeyValuePair<string, object?>> { new("service", service) };
        if (node is not null)
            fields.Add(new("node", node));
        if (cluster is not null)
            fields.Add(new("cluster", cluster));
        _fields = [.. fields];
        _text = string.Join(' ', _fields.Select(f => $"{f.Key}={f.Value}"));
    }

    /// <inheritdoc/>
    public int Count => _fields.Length;

    /// <inheritdoc/>
    public KeyValuePair<string, object?> this[int index] => _fields[index];

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _fields.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _fields.GetEnumerator();

    /// <summary><c>service=writer node=daq1 cluster=jungfrau</c>.</summary>
    public override string ToString() => _text;
}
