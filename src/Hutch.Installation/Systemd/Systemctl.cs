using System.Globalization;

namespace Hutch.Installation.Systemd;

/// <summary>Calls of systemctl(1), to the system's manager or the user's own.</summary>
internal sealed class Systemctl(bool user)
{
    /// <summary>The version of systemd, e.g. 252.</summary>
    public int Version => Run("--version").Output.Split(' ', 3) is [_, var number, ..] && int.TryParse(number, out var version) ? version : 0;

    public CommandRun Run(params IEnumerable<string> arguments) => CommandRun.Of("systemctl", user ? ["--user", "--no-pager", .. arguments] : ["--no-pager", .. arguments]);

    /// <exception cref="UserErrorException">It did not work.</exception>
    public void Do(string what, params IEnumerable<string> arguments)
    {
        var run = Run(arguments);
        if (run.ExitCode != 0)
            throw new UserErrorException($"{what}: {run.Said}");
    }

    /// <summary>Properties of a unit.</summary>
    public Dictionary<string, string> Show(string unit, params string[] properties) =>
        Run("show", unit, "--property=" + string.Join(',', properties)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split('=', 2)).Where(p => p.Length == 2).GroupBy(p => p[0]).ToDictionary(g => g.Key, g => g.Last()[1]);

    /// <summary>A time as it shows one: <c>Sun 2026-11-22 06:40:09 UTC</c>.</summary>
    public static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParseExact(text, "ddd yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
