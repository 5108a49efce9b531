using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Installation;

/// <summary>The Debian package, on a machine of its own.</summary>
[Collection(nameof(BoxCollection))]
public class PackageTests
{
    [Fact]
    public void It_installs_its_demonstration_starts_and_nothing_is_left_after_purge()
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "deb");
        using var make = ChildProcess.Start(Path.Combine(Repository.Root, "eng", "package-deb"), [folder]);
        var package = make.Succeed(TimeSpan.FromMinutes(5)).Output.Trim();
        Box.Shell("rm -rf /var/lib/hutch; dpkg-query -f '${Package}\\n' -W | sort > /srv/packages");

        Box.Shell("apt-get install -y --no-install-recommends \"$1\"", package);

        Assert.Contains("Usage:", Box.Run("/", ["/usr/bin/hutch", "--help"]).Succeed().Output, StringComparison.Ordinal);
        Assert.Equal("", Box.Run("/", ["sh", "-c", "systemd-analyze verify /usr/lib/systemd/system/hutch-*.service"]).Everything);
        Assert.Contains("hutch\\-install", Box.Shell("zcat /usr/share/man/man1/hutch-install.1.gz"), StringComparison.Ordinal);
        Assert.Contains("--service-name", Box.Shell("bash -c '. /usr/share/bash-completion/completions/hutch; COMP_WORDS=(hutch install --ser); COMP_CWORD=2; COMP_LINE=\"hutch install --ser\"; COMP_POINT=19; _hutch; echo \"${COMPREPLY[@]}\"'"), StringComparison.Ordinal);
        Box.Shell("systemctl start hutch-demo");
        Box.Await("[ -s /var/lib/hutch/demo.h5 ]", () => Box.Shell("systemctl status --no-pager --lines 60 hutch-demo || true"));
        Assert.Equal("hutch", Box.Property("hutch-demo", "User"));

        Box.Shell("apt-get purge -y hutch");

        Assert.Equal("", Box.Shell("find /etc /usr /var /run /opt /home /root -xdev \\( -path /var/lib/dpkg -o -path /var/cache -o -path /run/systemd \\) -prune -o -iname '*hutch*' -newer /srv/packages -print"));
        Assert.Equal("", Box.Shell("getent passwd hutch || true; getent group hutch || true; ls /dev/shm; ps -eo args | grep '^/usr/lib/[h]utch' || true"));
        Assert.Equal("", Box.Shell("dpkg-query -f '${Package}\\n' -W | sort | diff - /srv/packages"));
    }
}
