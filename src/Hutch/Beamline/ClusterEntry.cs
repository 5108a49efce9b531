namespace Hutch.Beamline;

/// <summary>A cluster of a beamline file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Nodes">Its nodes.</param>
public sealed record ClusterEntry(string Name, List<NodeEntry>? Nodes);

/// <summary>A node of a cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Reachable">How to find out whether it can be reached.</param>
public sealed record NodeEntry(string Name, ReachableEntry? Reachable);

/// <summary>A reachability check: one of both.</summary>
/// <param name="Tcp">HOST:PORT that accepts connections.</param>
/// <param name="Command">A command that ends with exit code 0.</param>
public sealed record ReachableEntry(string? Tcp, List<string>? Command);
