namespace Hutch.Distribution.Tests;

/// <summary>The packages for Debian and for distributions with RPM.</summary>
public class SystemPackageTests(SystemPackages packages) : IClassFixture<SystemPackages>
{
    [Fact]
    public void The_deb_installs_upgrades_and_purges_without_a_trace_in_a_clean_Debian()
    {
        // The version before: the same, but older, and with a program and a configuration file that are gone since.
        packages.Shell($"""
            dpkg-deb -R {packages.Deb} old
            sed -i 's/^Version: .*/Version: 0.0.1/' old/DEBIAN/control
            echo gone > old/usr/lib/hutch/gone-since
            dpkg-deb --root-owner-group -Znone --build old old.deb > /dev/null
            rm -rf old
            """);

        var output = packages.InDebian($$"""
            state() {
              find / -xdev \( -path /proc -o -path /share -o -path /dev/shm -o -path /tmp -o -path /var/lib/dpkg -o -path /var/log -o -path /var/cache \) -prune -o -printf '%p %y %m %u %l\n' | sort
              sort /etc/passwd /etc/group /etc/shadow /etc/gshadow
              dpkg-query -W
            }
            systemd-sysusers   # makes what the package's call of it would make for others too
            pwck -q || true
            state > /tmp/before
            dpkg -i /share/old.deb > /tmp/log 2>&1 || { cat /tmp/log; exit 1; }
            test -e /usr/lib/hutch/gone-since
            sed -i 's/50100/50200/' /etc/hutch/demo-detector.json
            dpkg -i /share/{{packages.Deb}} >> /tmp/log 2>&1 || { cat /tmp/log; exit 1; }
            echo "installed $(dpkg-query -W -f '${Version}' hutch) $(hutch --version)"
            test ! -e /usr/lib/hutch/gone-since && grep -q 50200 /etc/hutch/demo-detector.json && echo "upgraded, with the operator's changes"
            hutch demo --images 10 --output /tmp/demo.h5 | grep verified
            hutch up /etc/hutch/demo.json --check
            getent passwd hutch
            getent passwd snsdata
            systemd-analyze verify --man=no /usr/lib/systemd/system/livereduce.service && echo "livereduce.service is a unit"
            rm -f /run/systemd/systemd-units-load   # made by systemd-analyze
            dpkg --purge hutch >> /tmp/log 2>&1 || { cat /tmp/log; exit 1; }
            state | diff /tmp/before - && echo "without a trace"
            """);

        var version = packages.Deb["hutch_".Length..^"_amd64.deb".Length];
        Assert.Contains($"installed {version} {version.Replace('~', '-')}", output, StringComparison.Ordinal);
        Assert.Contains("upgraded, with the operator's changes", output, StringComparison.Ordinal);
        Assert.Contains("every pixel in the file is as sent", output, StringComparison.Ordinal);
        Assert.Contains("hutch:x:", output, StringComparison.Ordinal);
        Assert.Contains("snsdata:x:", output, StringComparison.Ordinal);
        Assert.Contains("livereduce.service is a unit", output, StringComparison.Ordinal);
        Assert.Contains("without a trace", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_rpm_has_the_files_of_the_deb_its_scripts_and_what_runs()
    {
        string[] Files(string listing) => [.. packages.Shell(listing).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(f => !f.Contains("/doc/", StringComparison.Ordinal) && !f.Contains("/licenses/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        var ofDeb = Files($"dpkg-deb --fsys-tarfile {packages.Deb} | tar -t | sed 's/^\\.//' | grep -v '/$'");
        var ofRpm = Files($"rpm -qp --qf '[%{{FILEMODES:perms}} %{{FILENAMES}}\\n]' {packages.Rpm} 2> /dev/null | grep -v '^d' | cut -d' ' -f2-");
        Assert.Equal(ofDeb, ofRpm);

        var facts = packages.Shell($"rpm -qp --qf '%{{NAME}} %{{ARCH}} %{{LICENSE}}\\n' {packages.Rpm}; rpm -qp --requires {packages.Rpm}; rpm -qp --scripts {packages.Rpm}; rpm -qcp {packages.Rpm}; rpm -K --nosignature {packages.Rpm}");
        foreach (var fact in new[] { "hutch x86_64 Apache-2.0", "zeromq", "hdf5", "systemd-sysusers hutch.conf", "systemctl disable --now", "/etc/hutch/demo.json", "livereduce.service", "digests OK" })
            Assert.Contains(fact, facts, StringComparison.Ordinal);

        Assert.Contains("Usage:", packages.Shell($"mkdir rpm && cd rpm && rpm2cpio ../{packages.Rpm} | cpio -id --quiet && usr/bin/hutch --help"), StringComparison.Ordinal);
    }
}
