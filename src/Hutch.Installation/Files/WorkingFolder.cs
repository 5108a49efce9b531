namespace Hutch.Installation.Files;

/// <summary>
/// The folder in which installed services are kept: Services.log, and of each service NAME.json (what it runs), NAME.sh or NAME.cmd (its
/// launcher), NAME_install_args.json, and NAME.env with the values of its environment variables, which only its owner may read.
/// </summary>
public sealed class WorkingFolder
{
    private const string Variable = "HUTCH_SERVICES_WORKING_DIR";
    private const string SeedVariable = "OPENMSISTREAM_SERVICES_WORKING_DIR";

    /// <summary>Names a folder; nothing is made yet.</summary>
    public WorkingFolder(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The log of all that was done with services.</summary>
    public string Log => System.IO.Path.Combine(Path, "Services.log");

    /// <summary>The folder of the system's services, or of this user's.</summary>
    /// <exception cref="UserErrorException">The variable that says where it is holds a relative path.</exception>
    public static WorkingFolder Find(bool userUnits)
    {
        foreach (var name in new[] { Variable, SeedVariable })
        {
            if (Environment.GetEnvironmentVariable(name) is not { Length: > 0 } given)
                continue;
            return System.IO.Path.IsPathFullyQualified(given)
                ? new WorkingFolder(System.IO.Path.TrimEndingDirectorySeparator(given))
                : throw new UserErrorException($"{name} is the relative path {given}; set it to {System.IO.Path.GetFullPath(given)}");
        }
        if (OperatingSystem.IsWindows())
            return new WorkingFolder(System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "Hutch", "services"));
        if (!userUnits)
            return new WorkingFolder("/var/lib/hutch/services");
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } xdg ? xdg
            : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        return new WorkingFolder(System.IO.Path.Combine(state, "hutch", "services"));
    }

    /// <summary>What a unit runs.</summary>
    public string Spec(string unit) => System.IO.Path.Combine(Path, unit + ".json");

    /// <summary>What starts a unit.</summary>
    public string Launcher(string unit) => System.IO.Path.Combine(Path, unit + (OperatingSystem.IsWindows() ? ".cmd" : ".sh"));

    /// <summary>How a service was installed.</summary>
    public string Record(string name) => System.IO.Path.Combine(Path, name + "_install_args.json");

    /// <summary>The values of a service's environment variables.</summary>
    public string Variables(string name) => System.IO.Path.Combine(Path, name + ".env");

    /// <summary>The names of the services that are, or were, installed from here.</summary>
    public IReadOnlyList<string> Names() => Directory.Exists(Path)
        ? [.. Directory.GetFiles(Path, "*_install_args.json").Select(f => System.IO.Path.GetFileName(f)[..^"_install_args.json".Length]).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Adds a line to Services.log.</summary>
    public void Note(string line)
    {
        Directory.CreateDirectory(Path);
        File.AppendAllText(Log, $"{DateTimeOffset.Now:yyyy-MM-dd HH:mm:ss.fff zzz} {Environment.UserName}: {line.ReplaceLineEndings(" ")}\n");
    }
}
