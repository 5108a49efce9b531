using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Services.Scopes;
using Microsoft.Extensions.Logging;

namespace Hutch.Beamline;

/// <summary>The session of a running beamline, with the clusters and nodes of its file.</summary>
internal sealed class RunScopes : IDisposable
{
    private readonly Session _session;
    private readonly IFleetRecords? _records;
    private readonly Action<Scope, string> _deleted;
    private readonly Dictionary<string, Cluster> _clusters = [];
    private readonly Dictionary<(string Cluster, string Node), (Node Scope, JsonNode? Entry)> _nodes = [];

    /// <summary>Makes the scopes of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="logger">Where the end of a scope is logged.</param>
    /// <param name="records">The records that clusters, and nodes with a host, live by; null if they live by themselves.</param>
    /// <param name="deleted">Called with a scope whose record was deleted, and what that record was of.</param>
    /// <exception cref="UserErrorException">A node mentions a variable that is not set.</exception>
    public RunScopes(BeamlineFile file, ILogger logger, IFleetRecords? records, Action<Scope, string> deleted)
        : this(new Session(file.Name, logger), file, records, deleted, null)
    {
    }

    private RunScopes(Session session, BeamlineFile file, IFleetRecords? records, Action<Scope, string> deleted, RunScopes? before)
    {
        (_session, _records, _deleted) = (session, records, deleted);
        foreach (var entry in file.Clusters)
        {
            var cluster = before?._clusters.GetValueOrDefault(entry.Name) ?? NewCluster(entry.Name);
            _clusters[entry.Name] = cluster;
            foreach (var node in entry.Nodes ?? [])
            {
                var described = JsonSerializer.SerializeToNode(node, BeamlineFile.Json);
                _nodes[(entry.Name, node.Name)] = before is not null && before._nodes.TryGetValue((entry.Name, node.Name), out var kept) && JsonNode.DeepEquals(kept.Entry, described)
                    ? kept
                    : (NewNode(node, cluster, file.Folder), described);
            }
        }
    }

    /// <summary>The scopes of a changed file; those that did not change are the same.</summary>
    public RunScopes With(BeamlineFile file) => new(_session, file, _records, _deleted, this);

    /// <summary>Takes over the scopes of a changed file, and ends those that are no longer among them.</summary>
    public void Become(RunScopes next)
    {
        var gone = _nodes.Values.Select(n => n.Scope).Except(next._nodes.Values.Select(n => n.Scope)).Concat<Scope>(_clusters.Values.Except(next._clusters.Values)).ToList();
        _nodes.Clear();
        _clusters.Clear();
        foreach (var (key, node) in next._nodes)
            _nodes[key] = node;
        foreach (var (key, cluster) in next._clusters)
            _clusters[key] = cluster;
        gone.ForEach(g => g.End());
    }

    /// <summary>What a service is attached to.</summary>
    public Scope Of(ServiceEntry entry) => entry switch
    {
        { Node: { } node } => _nodes.First(n => n.Key.Node == node && (entry.Cluster is null || n.Key.Cluster == entry.Cluster)).Value.Scope,
        { Cluster: { } cluster } => _clusters[cluster],
        _ => _session,
    };

    /// <summary>The entry of the node that a service is attached to.</summary>
    public static NodeEntry NodeOf(BeamlineFile file, ServiceEntry entry, string node) =>
        file.Clusters.Where(c => entry.Cluster is null || c.Name == entry.Cluster).SelectMany(c => c.Nodes ?? []).First(n => n.Name == node);

    public void Dispose() => _session.Dispose();

    private Cluster NewCluster(string name)
    {
        var cluster = new Cluster(name, _session);
        _records?.FollowCluster(name, () => _deleted(cluster, $"cluster {name}"));
        return cluster;
    }

    private Node NewNode(NodeEntry entry, Cluster cluster, string folder)
    {
        Node? node = null;
        var recorded = entry.Host is { } host ? _records?.FollowHost(host, () => _deleted(node!, $"host {host}")) : null;
        return node = new Node(entry.Name, cluster) { Reachability = EntryOptions.Reachability(entry.Reachable, folder) ?? recorded };
    }
}
