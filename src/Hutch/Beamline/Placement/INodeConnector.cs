namespace Hutch.Beamline.Placement;

/// <summary>Connects to the hosts of nodes.</summary>
public interface INodeConnector
{
    /// <summary>
    /// Starts <c>hutch node</c> on the host of a node, after Hutch was put there if it was missing or of another version, and returns its
    /// standard input and output.
    /// </summary>
    /// <param name="node">A node with a host.</param>
    /// <param name="folder">Where relative paths of the entry start.</param>
    /// <param name="cancel">Gives it up.</param>
    /// <exception cref="UserErrorException">It cannot be reached, does not let us in, or has no Hutch; the message says what to do.</exception>
    Task<INodeConnection> ConnectAsync(NodeEntry node, string folder, CancellationToken cancel);
}

/// <summary>A connection to <c>hutch node</c> on a host.</summary>
public interface INodeConnection : IAsyncDisposable
{
    /// <summary>What it reads.</summary>
    TextWriter Input { get; }

    /// <summary>What it writes, after its greeting.</summary>
    TextReader Output { get; }

    /// <summary>Why the connection has ended, once it has; as far as it is known.</summary>
    string? Ending { get; }
}
