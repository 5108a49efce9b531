namespace Hutch.Detectors.Diagnosis;

/// <summary>The kernel's settings for receiving UDP packets.</summary>
internal static class NetworkChecks
{
    internal static IEnumerable<HostCheck> Of(HostFiles files, HostNeeds needs)
    {
        yield return AtLeast("net.core.rmem_max", needs.SocketBuffer, "a socket buffer is cut to this, and packets are dropped while a receiver is not running");
        yield return AtLeast("net.core.netdev_max_backlog", needs.Backlog, "packets are dropped before they reach a socket");
        HostCheck AtLeast(string name, long wanted, string why)
        {
            var now = files.ReadNumber("proc/sys/" + name.Replace('.', '/'));
            return HostCheck.Of(name, now is null || now >= wanted, now?.ToString() ?? "not shown here", $"at least {wanted}",
                $"sysctl -w {name}={wanted}    # and in /etc/sysctl.d/90-hutch.conf: {name}={wanted}", why);
        }
    }
}
