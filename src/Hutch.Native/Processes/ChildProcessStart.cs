namespace Hutch.Native.Processes;

/// <summary>Receives what a child writes; an empty span means that it will write no more. Runs on the thread that reads for all children.</summary>
public delegate void OutputHandler(ReadOnlySpan<byte> bytes);

/// <summary>What a child process is started with.</summary>
/// <param name="File">The executable, as a path.</param>
/// <param name="Arguments">The arguments after the name of the executable.</param>
public sealed record ChildProcessStart(string File, IReadOnlyList<string> Arguments)
{
    /// <summary>The whole environment of the child.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Where the child starts; null for the folder of this process.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Receives standard output.</summary>
    public required OutputHandler Output { get; init; }

    /// <summary>Receives standard error.</summary>
    public required OutputHandler Error { get; init; }

    /// <summary>Whether the kernel kills the child when this process dies. Default: true.</summary>
    public bool DiesWithParent { get; init; } = true;

    /// <summary>Whether the child gets a socket to its parent, as descriptor 3.</summary>
    public bool WithControlSocket { get; init; }
}
