namespace Hutch.Installation;

/// <summary>The users of the machine, as the name service knows them (getent(1)).</summary>
internal static class Accounts
{
    /// <summary>The number of the user that this process runs as; null if it cannot be told.</summary>
    public static string? UserId => File.Exists("/proc/self/status")
        ? File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("Uid:", StringComparison.Ordinal))?.Split('\t', StringSplitOptions.RemoveEmptyEntries)[2]
        : null;

    /// <summary>The home folder of a user.</summary>
    /// <exception cref="UserErrorException">There is no such user.</exception>
    public static string Home(string user)
    {
        var found = CommandRun.Of("getent", "passwd", user);
        return found.ExitCode == 0 && found.Output.Split(':') is { Length: >= 7 } fields
            ? fields[5]
            : throw new UserErrorException($"there is no user {user}; add it (sudo useradd --system {user}) or name another with --run-as");
    }

    /// <exception cref="UserErrorException">There is no such group.</exception>
    public static void CheckGroup(string group)
    {
        if (CommandRun.Of("getent", "group", group).ExitCode != 0)
            throw new UserErrorException($"there is no group {group}; add it (sudo groupadd --system {group}) or name another with --run-as");
    }

    /// <summary>Whether a user may do with a file what test(1) asks (r, w, x).</summary>
    public static bool May(string user, char what, string path) => CommandRun.Of("runuser", "-u", user, "--", "test", "-" + what, path).ExitCode == 0;
}
