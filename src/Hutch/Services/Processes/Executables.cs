namespace Hutch.Services.Processes;

/// <summary>Finds the file of a command, as a shell would.</summary>
internal static class Executables
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The file of a command, or null: a path from <paramref name="folder"/>, or a name in PATH.</summary>
    public static string? Find(string command, string folder)
    {
        if (command.Contains('/', StringComparison.Ordinal))
            return File.Exists(Path.GetFullPath(command, folder)) ? Path.GetFullPath(command, folder) : null;
        return (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => Path.Combine(p, command)).FirstOrDefault(File.Exists);
    }

    /// <summary>What keeps a command from being run, and the way out; null if nothing does.</summary>
    public static string? Problem(string command, string folder)
    {
        if (Find(command, folder) is not { } file)
        {
            return command.Contains('/', StringComparison.Ordinal)
                ? $"there is no executable {Path.GetFullPath(command, folder)}"
                : $"the command {command} is not in PATH; install it or give its path";
        }
        return OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & AnyExecute) != 0 ? null
            : $"{file} is not executable; make it so (chmod +x), or put its interpreter before it";
    }
}
