using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Installation;

/// <summary>The other ways in which a unit can be made.</summary>
[Collection(nameof(BoxCollection))]
public class UnitTests
{
    private static string Ticker => $"Ticker={Box.Assembly("UnitWorker")}";

    [Fact]
    public void Units_of_every_sort_are_right_in_the_eyes_of_systemd()
    {
        string[][] sorts =
        [
            ["--sandbox", "Off"], ["--sandbox", "Strict"], ["--every", "5min"], ["--calendar", "Mon..Fri 06:00"],
            ["--memory", "2G", "--cpu-quota", "150%", "--cpus", "0-1", "--restart", "Always", "--watchdog", "0", "--stop-timeout", "5.5", "--description", "100% \"odd\" $text\\"],
        ];
        for (var i = 0; i < sorts.Length; i++)
            Box.Hutch(["install", Ticker, "--folder", "/srv/with space \"quoted\" 100%", "--service-name", $"test-sort-{i}", .. sorts[i]]).Succeed();

        var said = Box.Run("/", ["sh", "-c", "systemd-analyze verify /etc/systemd/system/test-sort-*"]);

        Assert.Equal((0, ""), (said.Code, said.Everything));
        for (var i = 0; i < sorts.Length; i++)
            Box.Hutch("manage", $"test-sort-{i}", "remove", "--remove-install-args").Succeed();
    }

    [Fact]
    public void A_strict_sandbox_lets_it_write_where_its_arguments_say_and_nowhere_else()
    {
        Box.Shell("mkdir -p '/srv/strict data'; useradd --system --home-dir /nonexistent hutch-tester; chown hutch-tester '/srv/strict data'");
        Box.Hutch("install", Ticker, "--folder", "/srv/strict data", "--service-name", "test-strict", "--sandbox", "Strict", "--run-as", "hutch-tester").Succeed();

        Box.Hutch("manage", "test-strict", "start").Succeed();

        Box.Await("[ -s '/srv/strict data/ticks' ]", () => Box.Hutch("manage", "test-strict").Everything);
        Assert.Equal("hutch-tester", Box.Shell("stat -c %U '/srv/strict data/ticks'"));
        var pid = Box.Property("test-strict", "MainPID");
        Assert.Equal("refused", Box.Shell("nsenter -t \"$1\" -m -- touch /usr/x /etc/x /var/x 2>/dev/null && echo written || echo refused", pid));
        // The folder that it was installed from is not this user's; its error log is all the same.
        Box.Shell("touch '/srv/strict data/fail'");
        Box.Await("grep -q 'the sample is gone' /srv/test-strict_ERROR_LOG.txt", () => Box.Hutch("manage", "test-strict").Everything);
        Box.Hutch("manage", "test-strict", "stop_and_remove", "--remove-install-args").Succeed();
    }

    [Fact]
    public void A_periodic_service_runs_again_and_again()
    {
        Box.Hutch("install", "--service-name", "test-timer", "--every", "1s", "--", "/bin/sh", "-c", "echo tick >> /srv/timer-ticks").Succeed();

        Box.Hutch("manage", "test-timer", "start").Succeed();

        Box.Await("[ $(wc -l < /srv/timer-ticks) -ge 3 ]", () => Box.Hutch("manage", "test-timer").Everything);
        Assert.Equal("0", Box.Property("test-timer", "NRestarts"));
        Box.Hutch("manage", "test-timer", "stop_and_remove", "--remove-install-args").Succeed();
        Assert.Equal("", Box.Shell("ls /etc/systemd/system | grep test-timer || true"));
    }

    [Fact]
    public void The_services_of_a_beamline_file_become_units_that_hang_together()
    {
        var file = Box.Write("/srv/split/line.json", $$"""
            { "name": "split", "services": [
              { "name": "first", "type": "UnitWorker.Ticker", "assembly": "{{Box.Assembly("UnitWorker")}}", "configuration": { "folder": "/srv/split/first" } },
              { "name": "second", "command": ["{{Repository.Peer("unit_ticker.py")}}", "second"], "depends_on": ["first"] } ] }
            """);
        Box.Shell("mkdir -p /srv/split/first /srv/split/second");
        Box.Hutch("install", file, "--split", "--service-name", "test-split").Succeed();

        Box.Hutch("manage", "test-split", "start").Succeed();
        Box.Await("[ -s /srv/split/first/ticks ] && [ -s /srv/split/second/ticks ]", () => Box.Hutch("manage", "test-split").Everything);

        Assert.Contains("test-split-first.service", Box.Property("test-split-second", "BindsTo"), StringComparison.Ordinal);
        Box.Shell($"kill -9 {Box.Property("test-split-first", "MainPID")}");
        Box.Await("[ $(systemctl show test-split-first -p NRestarts --value) -ge 1 ]", () => Box.Hutch("manage", "test-split").Everything);
        Box.AwaitProperty("test-split-first", "ActiveState", "active");
        Box.AwaitProperty("test-split-second", "ActiveState", "active");
        Box.Await("[ $(systemctl is-failed test-split-first test-split-second | grep -c ^active) = 2 ]", () => Box.Hutch("manage", "test-split").Everything);
        Box.Hutch("manage", "test-split", "stop").Succeed();
        Assert.Equal("inactive", Box.Property("test-split-second", "ActiveState"));
        Box.Hutch("manage", "test-split", "remove", "--remove-install-args").Succeed();
        Assert.Equal("", Box.Shell("ls /etc/systemd/system | grep test-split || true"));
    }

    [Fact]
    public void Every_program_shows_its_options_with_those_of_install()
    {
        var programs = Box.Hutch("install", "--help").Succeed().Output;
        Assert.Contains("--service-name", programs, StringComparison.Ordinal);
        foreach (var program in new[] { "udp-receiver", "assembler", "compressor", "writer", "stream-send", "stream-receive", "live-stream", "udp-simulator" })
        {
            Assert.Contains(program, programs, StringComparison.Ordinal);
            var help = Box.Hutch("install", program, "--help").Succeed().Output;
            Assert.Contains("--config", help, StringComparison.Ordinal);
            Assert.Contains("--service-name", help, StringComparison.Ordinal);
        }
        Assert.Contains("--folder", Box.Hutch("install", Ticker, "--help").Succeed().Output, StringComparison.Ordinal);
    }
}
