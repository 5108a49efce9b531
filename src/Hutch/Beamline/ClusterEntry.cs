using System.Text.Json;

namespace Hutch.Beamline;

/// <summary>A cluster of a beamline file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Nodes">Its nodes.</param>
public sealed record ClusterEntry(string Name, List<NodeEntry>? Nodes);

/// <summary>A node of a cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Reachable">How to find out whether it can be reached.</param>
public sealed record NodeEntry(string Name, ReachableEntry? Reachable)
{
    /// <summary>The machine on which the services of the node run: a name or address for SSH; null for this one.</summary>
    public string? Host { get; init; }

    /// <summary>How to log in there, where it is not as <c>ssh HOST</c> does it.</summary>
    public SshEntry? Ssh { get; init; }

    /// <summary>The hutch command there. Default: <c>hutch</c>, looked for in PATH and where it is installed.</summary>
    public string? Hutch { get; init; }

    /// <summary>The folder there in which relative paths start. Default: <c>.hutch/BEAMLINE.NODE</c> in the user's home folder.</summary>
    public string? Folder { get; init; }

    /// <summary>Files and folders beside the beamline file that are copied there. Files that options of programs name are, without a word.</summary>
    public List<string>? Files { get; init; }

    /// <summary>Whether another entry says the same.</summary>
    internal bool SameAs(NodeEntry other) => JsonSerializer.Serialize(this, BeamlineFile.Json) == JsonSerializer.Serialize(other, BeamlineFile.Json);
}

/// <summary>How to log in to a host; what is left out is taken from the ssh program (its configuration files, the agent, known hosts).</summary>
public sealed record SshEntry
{
    /// <summary>The user. Default: the current one.</summary>
    public string? User { get; init; }

    /// <summary>The port. Default 22.</summary>
    public int? Port { get; init; }

    /// <summary>The private key file; it starts at the folder of the beamline file.</summary>
    public string? IdentityFile { get; init; }

    /// <summary>The hosts through which it is reached, <c>[USER@]HOST[:PORT]</c>, separated by commas.</summary>
    public string? Jump { get; init; }

    /// <summary>What is done about the key of a host that is not known yet. Default: as ssh is configured; it cannot ask.</summary>
    public SshHostKeys? HostKeys { get; init; }

    /// <summary>Further options of ssh_config(5).</summary>
    public Dictionary<string, string> Options { get; init; } = [];
}

/// <summary>What is done about the key of a host that is not known yet. One that is known must be the same, always.</summary>
public enum SshHostKeys
{
    /// <summary>It is accepted and from then on known.</summary>
    AcceptNew,

    /// <summary>It is refused.</summary>
    Strict,
}

/// <summary>A reachability check: one of both.</summary>
/// <param name="Tcp">HOST:PORT that accepts connections.</param>
/// <param name="Command">A command that ends with exit code 0.</param>
public sealed record ReachableEntry(string? Tcp, List<string>? Command);
