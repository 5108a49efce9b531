using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Installation;

/// <summary>What is wrong is told, and nothing is half-installed.</summary>
[Collection(nameof(BoxCollection))]
public class ErrorTests
{
    private static string Worker => Box.Assembly("UnitWorker");

    private static string Ticker => $"Ticker={Worker}";

    public static TheoryData<int, string, string[]> Mistakes => new()
    {
        { 2, "the service name 'odd name/1' cannot be used", [Ticker, "--folder", "/srv", "--service-name", "odd name/1"] },
        { 2, "the service needs a name", [Ticker, "--folder", "/srv"] },
        { 1, "is the name of a service that is not Hutch's", [Ticker, "--folder", "/srv", "--service-name", "systemd-journald"] },
        { 1, "there is no assembly /srv/missing.dll", ["Ticker=/srv/missing.dll", "--service-name", "wrong"] },
        { 2, $"give {Worker}", [$"Ticker={Path.GetRelativePath("/srv", Worker)}", "--folder", "/srv", "--service-name", "wrong"] },
        { 1, "UnitWorker.Methods is not a service", [$"Methods={Worker}", "--service-name", "wrong"] },
        { 1, "there is no type Tocker", [$"Tocker={Worker}", "--service-name", "wrong"] },
        { 1, "Methods.Add cannot be a service", [$"{Worker}:Methods.Add", "--service-name", "wrong"] },
        { 2, "Cannot parse argument 'many' for option '--count'", [Ticker, "--folder", "/srv", "--count", "many", "--service-name", "wrong"] },
        { 2, "Option '--folder' is required", [Ticker, "--service-name", "wrong"] },
        { 2, "'--volume'", [Ticker, "--folder", "/srv", "--volume", "11", "--service-name", "wrong"] },
        { 2, "--folder is the relative path here, but a service starts in another folder: give /srv/here", [Ticker, "--folder", "here", "--service-name", "wrong"] },
        { 2, "there is no program udp-reciever; there are: adara-simulator, assembler", ["udp-reciever", "--service-name", "wrong"] },
        { 2, "--images is -1", ["udp-simulator", "--config", Path.Combine(Repository.Root, "examples", "beamline-detector.json"), "--images", "-1", "--service-name", "wrong"] },
        { 1, "there is no user nobody-at-all", [Ticker, "--folder", "/srv", "--service-name", "wrong", "--run-as", "nobody-at-all"] },
        { 2, "--calendar is 'now and then'", [Ticker, "--folder", "/srv", "--service-name", "wrong", "--calendar", "now and then"] },
        { 2, "--memory is 'much'", [Ticker, "--folder", "/srv", "--service-name", "wrong", "--memory", "much"] },
        { 1, "these environment variables are not set: FIRST, SECOND", [Ticker, "--folder", "/srv/$FIRST/$SECOND", "--service-name", "wrong"] },
        { 1, "there is no executable /srv/none", ["--service-name", "wrong", "--", "/srv/none"] },
        { 2, "$DB_PASSWORD would be visible in the process list", ["--service-name", "wrong", "--", "/bin/echo", "$DB_PASSWORD"] },
        { 2, "--bus-uri holds a secret", ["--service-name", "wrong", "--", "/bin/echo", "--bus-uri", "amqp://me:hunter22@broker"] },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_told_and_nothing_is_written(int code, string said, string[] arguments)
    {
        Box.Hutch(["install", .. arguments]).Fail(code, said);

        Assert.Equal("", Box.Shell("ls -d /var/lib/hutch/services/wrong* /var/lib/hutch/services/odd* /etc/systemd/system/wrong* 2>/dev/null || true"));
    }

    [Fact]
    public void A_name_that_is_installed_already_is_not_taken_again()
    {
        string[] install = ["install", Ticker, "--folder", "/srv", "--service-name", "test-twice"];
        Box.Hutch(install).Succeed();

        Box.Hutch(install).Fail(1, "there is already a service test-twice", "stop_and_reinstall");

        Box.Hutch("manage", "test-twice", "remove", "--remove-install-args").Succeed();
    }

    [Fact]
    public void Relative_paths_in_a_configuration_are_refused()
    {
        var config = Box.Write("/srv/relative/config.json", """{ "output": { "log_file": "logs/a.log" }, "n": 1 }""");
        Box.Hutch("install", $"{Worker}:Methods.Run", config, "--service-name", "wrong")
            .Fail(2, "output.log_file is the relative path logs/a.log, but a service starts in another folder: give /srv/relative/logs/a.log");
    }

    [Fact]
    public void Without_rights_nothing_changes()
    {
        Box.Run("/srv", ["setpriv", "--reuid", "65534", "--clear-groups", Repository.Launcher, "install", Ticker, "--folder", "/srv", "--service-name", "wrong"])
            .Fail(1, "you do not have permission to change system services; run it as root (sudo), or add --user");
        Box.Run("/srv", ["setpriv", "--reuid", "65534", "--clear-groups", Repository.Launcher, "manage", "systemd-journald", "stop"]).Fail(1);
    }

    [Fact]
    public void When_the_unit_cannot_be_written_nothing_is_left()
    {
        Box.Shell("mkdir -p /etc/systemd/system/wrong.service.new/x"); // in the way of the file

        Box.Hutch("install", Ticker, "--folder", "/srv", "--service-name", "wrong").Fail(1, "cannot write /etc/systemd/system/wrong.service");

        Box.Shell("rm -r /etc/systemd/system/wrong.service.new");
        Assert.Equal("", Box.Shell("ls -d /var/lib/hutch/services/wrong* /etc/systemd/system/wrong* 2>/dev/null || true"));
    }

    [Fact]
    public void A_service_that_fails_leaves_the_whole_error_in_its_error_log()
    {
        Box.Shell("mkdir -p /srv/broken /srv/here; touch /srv/broken/fail");
        Box.Run("/srv/here", [Repository.Launcher, "install", Ticker, "--folder", "/srv/broken", "--service-name", "test-broken", "--restart", "Never"]).Succeed();

        Box.Hutch("manage", "test-broken", "start");
        Box.AwaitProperty("test-broken", "ActiveState", "failed");

        var log = Box.Shell("cat /srv/here/test-broken_ERROR_LOG.txt");
        Assert.Contains("System.InvalidOperationException: the sample is gone", log, StringComparison.Ordinal);
        Assert.Contains("System.IO.IOException: the inner cause", log, StringComparison.Ordinal);
        Assert.Contains("at UnitWorker.Tick.Once", log, StringComparison.Ordinal);
        var status = Box.Hutch("manage", "test-broken", "status");
        Assert.Equal(1, status.Code);
        Assert.Contains("test-broken: failed", status.Output, StringComparison.Ordinal);
        Assert.Matches("last error +.*the sample is gone", status.Output);
        Box.Hutch("manage", "test-broken", "remove", "--remove-install-args").Succeed();
        Assert.Equal("", Box.Shell("ls /srv/here"));
    }
}
