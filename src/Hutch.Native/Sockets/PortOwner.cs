using System.Globalization;

namespace Hutch.Native.Sockets;

/// <summary>Finds out which process holds a UDP port, from /proc (proc(5)).</summary>
public static class PortOwner
{
    /// <summary>The process bound to an IPv4 or IPv6 UDP port.</summary>
    /// <returns>Its id and command name, or null if it cannot be found (another user's process, or none).</returns>
    public static (int Pid, string Command)? FindUdp(int port)
    {
        var inodes = SocketInodes("/proc/net/udp", port).Concat(SocketInodes("/proc/net/udp6", port)).Select(i => $"socket:[{i}]").ToHashSet();
        if (inodes.Count == 0)
            return null;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var pid) && Holds(folder, inodes))
                return (pid, ReadCommand(folder));
        }
        return null;
    }

    // A line of /proc/net/udp: "  12: 0100007F:C353 00000000:0000 07 00000000:00000000 00:00000000 00000000  0  0 34567 2 ..."
    private static IEnumerable<string> SocketInodes(string table, int port)
    {
        if (!File.Exists(table))
            yield break;
        foreach (var line in File.ReadLines(table).Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && int.Parse(fields[1].AsSpan(fields[1].IndexOf(':') + 1), NumberStyles.HexNumber) == port)
                yield return fields[9];
        }
    }

    private static bool Holds(string folder, HashSet<string> inodes)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(folder, "fd"))
                .Any(fd => new FileInfo(fd).LinkTarget is { } target && inodes.Contains(target));
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return false;   // gone meanwhile, or not ours to look into
        }
    }

    private static string ReadCommand(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "comm")).Trim();
        }
        catch (IOException)
        {
            return "?";
        }
    }
}
