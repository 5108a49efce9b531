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
        Box.Shell("dpkg-query -f '${Package}\\n' -W | sort > /srv/packages");

        Box.Shell("apt-get install -y --no-install-recommends \"$1\"", package);

        Assert.Contains("Usage:", Box.Run("/", ["/usr/bin/hutch", "--help"]).Succeed().Output, StringComparison.Ordinal);
        Assert.Equal("", Box.Run("/", ["sh", "-c", "systemd-analyze verify /usr/lib/systemd/system/hutch-*.service"]).Everything);
        Assert.Contains("hutch\\-install", Box.Shell("zcat /usr/share/man/man1/hutch-install.1.gz"), StringComparison.Ordinal);
        Assert.Contains("--service-name", Box.Shell("bash -c '. /usr/share/bash-completion/completions/hutch; COMP_WORDS=(hutch install --ser); COMP_CWORD=2; COMP_LINE=\"hutch install --ser\"; COMP_POINT=19; _hutch; echo \"${COMPREPLY[@]}\"'"), StringComparison.Ordinal);
        Box.Shell("systemctl start hutch-demo");
        Box.Await("[ -s /var/lib/hutch/demo.h5 ]", () => Box.Shell("systemctl status --no-pager --lines 60 hutch-demo || true"));
        Assert.Equal("hutch", Box.Property("hutch-demo", "User"));

        Box.Shell("apt-get purge -y hutch");

        Assert.Equal("", Box.Shell("find / -xdev \\( -path /proc -o -path /srv -o -path \"$1\" -o -path /run/systemd -o -path /var/lib/dpkg -o -path /var/cache \\) -prune -o -iname '*hutch*' -newer /srv/packages -print", Repository.Root));
        Assert.Equal("", Box.Shell("getent passwd hutch; getent group hutch; ls /dev/shm; pgrep -u hutch || true"));
        Assert.Equal("", Box.Shell("dpkg-query -f '${Package}\\n' -W | sort | diff - /srv/packages"));
    }
}
