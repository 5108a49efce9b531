namespace Hutch.Native.Posix;

/// <summary>What the processes of this machine have mapped, from /proc/PID/maps (proc(5)).</summary>
internal static class MemoryMappings
{
    /// <summary>Whether any process that we may look into has the file mapped.</summary>
    internal static bool Contain(string path) =>
        Directory.EnumerateDirectories("/proc")
            .Where(folder => char.IsAsciiDigit(folder["/proc/".Length]))
            .Any(folder => Maps(folder, path));

    // A line: "7f12a000-7f12b000 rw-s 00000000 00:19 1234    /dev/shm/JF-0"
    private static bool Maps(string folder, string path)
    {
        try
        {
            return File.ReadLines(Path.Combine(folder, "maps")).Any(line => line.EndsWith(path, StringComparison.Ordinal)
                && line.AsSpan(0, line.Length - path.Length).EndsWith(" ", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;   // gone meanwhile, or another user's
        }
    }
}
