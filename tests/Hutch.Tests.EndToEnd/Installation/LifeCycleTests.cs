namespace Hutch.Tests.EndToEnd.Installation;

/// <summary>Everything that can be installed lives through all that can happen to a service.</summary>
[Collection(nameof(BoxCollection))]
public class LifeCycleTests
{
    [Fact]
    public void Every_kind_comes_back_after_a_kill_and_a_hang_and_leaves_no_trace() =>
        // All at once: most of the time they wait. What fails is told about each.
        System.Threading.Tasks.Parallel.ForEach(Installed.Kinds, kind => Live(new Installed(kind)));

    private static void Live(Installed service)
    {
        service.Install();
        Assert.Equal("inactive", Box.Property(service.Name, "ActiveState"));
        service.Manage("status").Fail(1);

        service.Manage("start").Succeed();
        service.AssertWorks();
        var status = service.Manage("status").Succeed().Output;
        Assert.Contains($"{service.Name}: running since", status, StringComparison.Ordinal);
        Assert.Contains(service.MainPid, status, StringComparison.Ordinal);

        service.RestartsAfter(() => Box.Shell($"kill -9 {service.MainPid}"));
        service.AssertWorks();

        service.RestartsAfter(service.Hang);
        service.AssertWorks();
        Assert.Contains("Watchdog timeout", Box.Shell($"journalctl -u {service.Name} --no-pager"), StringComparison.Ordinal);

        service.Manage("stop").Succeed();
        Assert.Equal("inactive", Box.Property(service.Name, "ActiveState"));
        service.Manage("reinstall").Succeed();
        service.Manage("start").Succeed();
        service.AssertWorks();
        service.Manage("stop_and_restart").Succeed();
        service.AssertWorks();

        service.Manage("stop_and_remove", "--remove-env-vars", "--remove-install-args", "--remove-nssm").Succeed();
        Assert.Equal("not-found", Box.Property(service.Name, "LoadState"));
        Assert.Equal("", Box.Shell("find / -xdev -path '/srv' -prune -o -path '/proc' -prune -o -name \"*$1*\" -print", service.Name));
        Assert.DoesNotContain(service.Name, Box.Shell("ps -ef | grep -v grep"), StringComparison.Ordinal);
        service.Manage("status").Fail(1, $"there is no service {service.Name}");
    }

    [Fact]
    public void Everything_comes_back_after_a_boot()
    {
        var services = Installed.Kinds.Select(k => new Installed(k, "-boot")).ToList();
        services.ForEach(s => s.Install());

        Box.Restart(); // they were not even started: installed is enough

        services.ForEach(s => s.AssertWorks());
        var listed = Box.Hutch("manage").Succeed().Output;
        Assert.All(services, s => Assert.Contains(s.Name, listed, StringComparison.Ordinal));
        services.ForEach(s => s.Manage("remove", "--remove-install-args").Succeed());
        Assert.Equal("", Box.Shell("ls /etc/systemd/system | grep test- || true"));
    }
}
