namespace Hutch.Installation.Files;

/// <summary>Files that are written together: when one cannot be, those before it are as they were.</summary>
internal sealed class FileSet
{
    /// <summary>Readable by all.</summary>
    public const UnixFileMode Public = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Readable and runnable by all.</summary>
    public const UnixFileMode Program = Public | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>For the owner alone.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly List<(string Path, byte[]? Before)> _written = [];

    /// <exception cref="UserErrorException">The file cannot be written; all are as they were.</exception>
    public void Write(string path, string text, UnixFileMode mode)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            _written.Add((path, File.Exists(path) ? File.ReadAllBytes(path) : null));
            Replace(path, text, mode);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Undo();
            throw new UserErrorException($"cannot write {path}: {error.Message}{(Environment.IsPrivilegedProcess ? "" : "; run it as root (sudo), or with --user for a unit of your own")}", error);
        }
    }

    /// <summary>Puts back what was there.</summary>
    public void Undo()
    {
        foreach (var (path, before) in Enumerable.Reverse(_written))
        {
            if (before is not null)
                File.WriteAllBytes(path, before);
            else
                File.Delete(path);
        }
        _written.Clear();
    }

    /// <summary>Writes a file whole: under another name, which then takes the place of the old one.</summary>
    public static void Replace(string path, string text, UnixFileMode mode)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Private; // narrow first: the umask may be wide
        using (var file = new StreamWriter(temporary, new System.Text.UTF8Encoding(false), options))
            file.Write(text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(temporary, mode);
        File.Move(temporary, path, overwrite: true);
    }
}
