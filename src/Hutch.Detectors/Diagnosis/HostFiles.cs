using System.Globalization;

namespace Hutch.Detectors.Diagnosis;

/// <summary>The files in which the kernel shows its settings (proc(5), sysfs(5)), below a root that a test may choose.</summary>
/// <param name="root">Default <c>/</c>.</param>
public sealed class HostFiles(string root = "/")
{
    /// <summary>The path of a file.</summary>
    public string Path(string file) => System.IO.Path.Combine(root, file.TrimStart('/'));

    /// <summary>The trimmed text of a file; null if it cannot be read.</summary>
    public string? Read(string file)
    {
        try
        {
            return File.ReadAllText(Path(file)).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The number in a file, or null.</summary>
    public long? ReadNumber(string file) =>
        long.TryParse(Read(file), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The names in a folder; none if it cannot be read.</summary>
    public IReadOnlyList<string> Names(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(Path(folder)).Select(p => System.IO.Path.GetFileName(p)!).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
