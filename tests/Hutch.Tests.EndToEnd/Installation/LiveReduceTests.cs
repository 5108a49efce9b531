namespace Hutch.Tests.EndToEnd.Installation;

/// <summary>The service commands that operators of the deployed live reduction use, on the installed unit.</summary>
[Collection(nameof(BoxCollection))]
public class LiveReduceTests
{
    private const string Unit = "livereduce";
    private const string Configuration = "/etc/livereduce.conf";

    [Fact]
    public void Systemctl_starts_stops_and_restarts_it_and_a_changed_configuration_restarts_it_by_itself()
    {
        Box.Write(Configuration, Content(updateEvery: 1));
        Box.Write("/srv/livereduce/reduce_BOX_live_proc.py", "output = input\n");
        Box.Hutch("install", "live-reduce", Configuration, "--service-name", Unit).Succeed();

        Box.Shell("systemctl start livereduce");
        Box.AwaitProperty(Unit, "ActiveState", "active");
        Assert.Contains("active (running)", Box.Shell("systemctl status livereduce --no-pager"), StringComparison.Ordinal);
        var first = Box.Property(Unit, "MainPID");

        Box.Shell("systemctl restart livereduce");
        Box.AwaitProperty(Unit, "ActiveState", "active");
        Assert.NotEqual(first, Box.Property(Unit, "MainPID"));
        Assert.Equal("0", Box.Property(Unit, "NRestarts"));

        Box.Write(Configuration, Content(updateEvery: 2));
        Box.AwaitProperty(Unit, "NRestarts", "1");
        Box.AwaitProperty(Unit, "ActiveState", "active");
        Assert.Contains("\"update_every\":2", Box.Shell("journalctl -u livereduce --no-pager | tr -d ' '"), StringComparison.Ordinal);

        Box.Shell("systemctl stop livereduce");
        Assert.Equal("inactive", Box.Property(Unit, "ActiveState"));
        Box.Hutch("manage", Unit, "remove", "--remove-install-args").Succeed();
    }

    private static string Content(int updateEvery) =>
        $$"""{ "instrument": "BOX", "script_dir": "/srv/livereduce", "listener": "ring:box", "update_every": {{updateEvery}} }""";
}
