using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Installation;

/// <summary>A secret reaches the service, and nobody else.</summary>
[Collection(nameof(BoxCollection))]
public class SecretTests
{
    // What was written since the test began; reading the whole machine would take long.
    private const string Written = "find /etc /var /root /home /srv /run /tmp -type f -newer /srv/secret-test-began";

    private const string Secret = "s3cr3t of the \"hutch\" \\ $HOME";

    [Theory]
    [InlineData("")]
    [InlineData("--user")]
    public void It_is_nowhere_to_be_read_by_others(string scope)
    {
        var name = "test-secret" + scope;
        var folder = $"/srv/{name}";
        Box.Shell("touch -d '1 second ago' /srv/secret-test-began");
        Box.Shell("mkdir -m 700 -p \"$1\"", folder);
        if (scope.Length > 0)
            Box.Shell("useradd --create-home --uid 1500 tester; loginctl enable-linger tester; chown tester \"$1\"", folder);
        // The tests' own command line must not be what is found: the secret goes in through the environment.
        string[] install = [.. As(scope), Repository.Launcher, "install", $"{Box.Assembly("UnitWorker")}:Methods.Tell", folder, "$TEST_PASSWORD", "--service-name", name, "--restart", "Never", .. Scope(scope)];
        var installed = Box.Run(folder, install, ("TEST_PASSWORD", Secret)).Succeed();
        Manage(scope, name, "start").Succeed();
        Box.Await("[ -s \"$1/told\" ]", () => Manage(scope, name, "status").Everything, folder);

        Assert.Equal(Secret, Box.Shell("cat \"$1/told\"", folder));
        AssertHidden(scope, name, installed);

        Box.Shell("touch \"$1/fail\"", folder);
        Box.Await("grep -q 'no access with' \"$1\"", () => Manage(scope, name, "status").Everything, $"{folder}/{name}_ERROR_LOG.txt");
        Assert.Contains("no access with ***", Box.Shell("cat \"$1\"", $"{folder}/{name}_ERROR_LOG.txt"), StringComparison.Ordinal);
        AssertHidden(scope, name, installed);

        Assert.Contains(name, Manage(scope, name, "remove").Succeed().Output, StringComparison.Ordinal);
        Manage(scope, name, "reinstall").Succeed(); // with what was kept
        Manage(scope, name, "remove", "--remove-env-vars", "--remove-install-args").Succeed();
        Assert.Equal("", Box.Shell($"rm -rf \"$1\"; {Written} -not -path '/var/log/journal/*' -exec grep -lsE 's3c[r]3t' {{}} + || true", folder));
    }

    private static string[] Scope(string scope) => scope.Length == 0 ? [] : [scope];

    private static Answer Manage(string scope, string name, params string[] mode) =>
        Box.Run("/srv", [.. As(scope), Repository.Launcher, "manage", name, .. mode, .. Scope(scope)]);

    // As a person without root, by whatever name; HOME is that person's.
    private static string[] As(string scope) => scope.Length == 0 ? [] : ["runuser", "-u", "tester", "--", "env", "--unset=XDG_RUNTIME_DIR", "--unset=XDG_STATE_HOME", "HOME=/home/tester"];

    private static void AssertHidden(string scope, string name, Answer installed)
    {
        var told = new Dictionary<string, string>
        {
            ["install"] = installed.Everything,
            ["status"] = Manage(scope, name, "status").Everything,
            ["list"] = Box.Run("/srv", [.. As(scope), Repository.Launcher, "manage", .. Scope(scope)]).Everything,
            ["systemctl show"] = Box.Shell("systemctl show \"$1\"; systemctl cat \"$1\" || true; systemctl status --no-pager --lines 100 \"$1\" || true", name),
            ["processes"] = Box.Shell("ps axww -o args; cat /proc/*/cmdline | tr '\\0' ' '"),
            ["journal"] = Box.Shell("journalctl --no-pager -o verbose -a"),
            // As another user, all that this one can read.
            ["files"] = Box.Shell($"setpriv --reuid 65534 --regid 65534 --clear-groups sh -c \"{Written} -exec grep -hsE 's3c[r]3t' {{}} + 2>/dev/null; grep -hsE 's3c[r]3t' /proc/[0-9]*/environ\" || true"),
        };
        Assert.All(told, t => Assert.DoesNotContain("s3cr3t", t.Value, StringComparison.Ordinal));
        // The tester can fail: root, who may read everything, finds it.
        Assert.NotEqual("", Box.Shell("grep -D skip -rlsE 's3c[r]3t' /var/lib/hutch /home/tester/.local || true"));
    }
}
