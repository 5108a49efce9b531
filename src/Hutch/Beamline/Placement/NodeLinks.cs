using Hutch.Supervision;
using Microsoft.Extensions.Logging;

namespace Hutch.Beamline.Placement;

/// <summary>The connections to the hosts of a beamline file.</summary>
internal sealed class NodeLinks : IDisposable
{
    private readonly IProgramSource _programs;
    private readonly INodeConnector? _connector;
    private readonly ILoggerFactory _loggers;
    private readonly Dictionary<(string Cluster, string Node), NodeLink> _links = [];
    private readonly Dictionary<NodeLink, NodePart> _parts = [];

    /// <exception cref="UserErrorException">The file places services, but nothing connects to hosts; or a file to be copied cannot be read.</exception>
    public NodeLinks(BeamlineFile file, IProgramSource programs, INodeConnector? connector, ILoggerFactory loggers)
        : this(file, programs, connector, loggers, null)
    {
    }

    private NodeLinks(BeamlineFile file, IProgramSource programs, INodeConnector? connector, ILoggerFactory loggers, NodeLinks? before)
    {
        (_programs, _connector, _loggers) = (programs, connector, loggers);
        foreach (var (cluster, node) in file.Services.Select(s => PlacedParts.HomeOf(file, s)).OfType<(string, NodeEntry)>().Distinct())
        {
            if (connector is null)
                throw new UserErrorException($"node {node.Name} is on host {node.Host}, but this program only runs services here; run the file with hutch up");
            var part = PlacedParts.Of(file, cluster, node, programs);
            var kept = before?._links.GetValueOrDefault((cluster, node.Name)) is { } link && link.Entry.SameAs(node) ? link : null;
            kept ??= new NodeLink(node, part, file.Folder, connector, new ServiceLog(loggers.CreateLogger($"node {node.Name}")));
            _links[(cluster, node.Name)] = kept;
            _parts[kept] = part;
        }
    }

    /// <summary>Begins to connect.</summary>
    public void Open()
    {
        foreach (var link in _links.Values)
            link.Open();
    }

    /// <summary>The connection to where a service is placed; null if it runs here.</summary>
    public NodeLink? Of(PlannedService service) =>
        PlacedParts.HomeOf(service.File, service.Entry) is { } home ? _links[(home.Cluster, home.Node.Name)] : null;

    /// <summary>The connections for a changed file; those to the same nodes are the same.</summary>
    public NodeLinks With(BeamlineFile file) => new(file, _programs, _connector, _loggers, this);

    /// <summary>Takes over the connections for a changed file, hands over the parts that changed, and ends the connections that are no longer among them.</summary>
    public void Become(NodeLinks next)
    {
        var gone = _links.Values.Except(next._links.Values).ToList();
        _links.Clear();
        foreach (var (key, link) in next._links)
        {
            _links[key] = link;
            link.Replace(next._parts[link]);
        }
        Open();
        End(gone);
    }

    public void Dispose() => End(_links.Values);

    // Side by side: each may have to wait for its host.
    private static void End(IEnumerable<NodeLink> links) => Task.WhenAll(links.Select(link => Task.Run(link.Dispose))).GetAwaiter().GetResult();
}
