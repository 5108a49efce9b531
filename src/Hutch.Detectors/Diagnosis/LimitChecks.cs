using System.Globalization;

namespace Hutch.Detectors.Diagnosis;

/// <summary>What this user's programs may use, from /proc/self/limits.</summary>
internal static class LimitChecks
{
    private const long WantedPriority = 50;

    internal static IEnumerable<HostCheck> Of(HostFiles files, HostNeeds needs)
    {
        var limits = files.Read("proc/self/limits")?.Split('\n') ?? [];
        yield return Check("Max open files", "open files (ulimit -n)", needs.OpenFiles, "nofile", "a program with all components of the detector cannot open its sockets and rings", HostVerdict.Change);
        yield return Check("Max locked memory", "locked memory (ulimit -l)", long.MaxValue, "memlock", "memory of a program with real-time priority may be swapped", HostVerdict.Advice);
        yield return Check("Max realtime priority", "real-time priority (ulimit -r)", WantedPriority, "rtprio", "programs cannot have real-time priority", HostVerdict.Advice);

        HostCheck Check(string line, string name, long wanted, string item, string why, HostVerdict otherwise)
        {
            // Name, soft limit, hard limit and unit stand in columns, with blanks in the name.
            var text = limits.FirstOrDefault(l => l.StartsWith(line, StringComparison.Ordinal))?[line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            var now = text == "unlimited" ? long.MaxValue : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
            // Root may raise its own limits.
            var isWell = now < 0 || now >= wanted || Environment.IsPrivilegedProcess;
            var value = wanted == long.MaxValue ? "unlimited" : $"{wanted}";
            return HostCheck.Of(name, isWell, $"{text ?? "not shown here"}{(Environment.IsPrivilegedProcess ? " (root may raise it)" : "")}", $"at least {value}".Replace("at least unlimited", "unlimited", StringComparison.Ordinal),
                $"echo '{Environment.UserName} - {item} {value}' >> /etc/security/limits.d/90-hutch.conf    # then log in again", why, otherwise);
        }
    }
}
