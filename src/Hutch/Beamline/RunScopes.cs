using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Services.Scopes;
using Microsoft.Extensions.Logging;

namespace Hutch.Beamline;

/// <summary>The session of a running beamline, with the clusters and nodes of its file.</summary>
internal sealed class RunScopes : IDisposable
{
    private readonly Session _session;
    private readonly Dictionary<string, Cluster> _clusters = [];
    private readonly Dictionary<(string Cluster, string Node), (Node Scope, JsonNode? Entry)> _nodes = [];

    /// <exception cref="UserErrorException">A node mentions a variable that is not set.</exception>
    public RunScopes(BeamlineFile file, ILogger logger)
        : this(new Session(file.Name, logger), file, null)
    {
    }

    private RunScopes(Session session, BeamlineFile file, RunScopes? before)
    {
        _session = session;
        foreach (var entry in file.Clusters)
        {
            var cluster = before?._clusters.GetValueOrDefault(entry.Name) ?? new Cluster(entry.Name, session);
            _clusters[entry.Name] = cluster;
            foreach (var node in entry.Nodes ?? [])
            {
                var described = JsonSerializer.SerializeToNode(node, BeamlineFile.Json);
                _nodes[(entry.Name, node.Name)] = before is not null && before._nodes.TryGetValue((entry.Name, node.Name), out var kept) && JsonNode.DeepEquals(kept.Entry, described)
                    ? kept
                    : (new Node(node.Name, cluster) { Reachability = EntryOptions.Reachability(node.Reachable, file.Folder) }, described);
            }
        }
    }

    /// <summary>The scopes of a changed file; those that did not change are the same.</summary>
    public RunScopes With(BeamlineFile file) => new(_session, file, this);

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
}
