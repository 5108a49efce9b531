namespace Hutch.Services.Processes;

/// <summary>The command line of a service that is a process.</summary>
/// <param name="File">The executable: a path, or a name to be looked for in PATH.</param>
/// <param name="Arguments">Its arguments, not interpreted by a shell.</param>
public sealed record ProcessCommand(string File, params IReadOnlyList<string> Arguments)
{
    /// <summary>Variables added to the environment of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Where it starts; null for the folder of this process. Relative paths of <see cref="File"/> start here too.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>
    /// Whether it is a Hutch program, which reports its state, heartbeat and log over a control channel and is asked to
    /// stop over it; any other program is taken to run once it is started, and is asked to stop with SIGTERM.
    /// </summary>
    public bool IsHutchProgram { get; init; }

    /// <summary>The executable as a path.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    internal string FindFile(string service)
    {
        var folder = WorkingDirectory ?? System.Environment.CurrentDirectory;
        if (!Directory.Exists(folder))
            throw new UserErrorException($"service {service}: its working directory {folder} does not exist; create it or name another");
        return Executables.Problem(File, folder) is { } problem ? throw new UserErrorException($"service {service}: {problem}") : Executables.Find(File, folder)!;
    }
}
