namespace Hutch.Installation.Hosting;

/// <summary>The file NAME_ERROR_LOG.txt: the full errors that ended a service, the last one at the end.</summary>
internal static class ErrorLog
{
    /// <summary>A service that fails again and again must not fill the disk: beyond this the file starts again.</summary>
    private const long MaxLength = 1 << 20;

    private const string Mark = "=== ";

    /// <summary>Where the error log of a service is that was installed from a folder.</summary>
    public static string PathFor(string folder, string name) => Path.Combine(folder, name + "_ERROR_LOG.txt");

    /// <summary>Adds an error.</summary>
    /// <returns>Null, or why it could not be written.</returns>
    public static string? Write(string path, string name, string error)
    {
        try
        {
            if (File.Exists(path) && new FileInfo(path).Length > MaxLength)
                File.WriteAllText(path, "");
            var isNew = !File.Exists(path);
            File.AppendAllText(path, $"{Mark}{DateTimeOffset.Now:yyyy-MM-dd HH:mm:ss.fff zzz} {name} (pid {Environment.ProcessId}) ended with an error{Environment.NewLine}{error}{Environment.NewLine}{Environment.NewLine}");
            if (isNew && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
            return null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return $"cannot write the error log {path}: {problem.Message}";
        }
    }

    /// <summary>The first line of the last error, with its time.</summary>
    /// <returns>Null if there is none, or it may not be read.</returns>
    public static string? Last(string path)
    {
        try
        {
            var lines = File.ReadAllLines(path);
            var at = Array.FindLastIndex(lines, l => l.StartsWith(Mark, StringComparison.Ordinal));
            return at >= 0 && at + 1 < lines.Length ? $"{lines[at][Mark.Length..].Split(" +")[0].Split(" -")[0]}: {lines[at + 1]}" : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
