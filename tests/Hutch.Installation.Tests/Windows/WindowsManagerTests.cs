using Hutch.Installation.Files;
using Hutch.Installation.Windows;

namespace Hutch.Installation.Tests.Windows;

public class WindowsManagerTests
{
    private static readonly InstalledService Ticker = new("ticker", ["ticker"]);

    [Fact]
    public void Installing_sets_description_recovery_and_delayed_start()
    {
        var api = new FakeAdvapi();

        new WindowsManager(api).Install(Plan(new InstallOptions { Name = "ticker", Description = "ticks", DelayedStart = true }));

        Assert.Equal(
            ["OpenManager", "CreateService ticker start 2", "Change 1 ticks", "Change 2 600 0 0 1:1000, 1:10000, 1:60000", "Change 4 1", "Change 3 1"], api.Calls);
        Assert.EndsWith("service-host --scm /folder/ticker.json", api.CommandLine, StringComparison.Ordinal);
    }

    [Fact]
    public void A_service_that_cannot_be_configured_is_not_left_behind()
    {
        var api = new FakeAdvapi { Failing = "Change 2" };

        var error = Assert.Throws<UserErrorException>(() => new WindowsManager(api).Install(Plan(new InstallOptions { Name = "ticker" })));

        Assert.Contains("error 87", error.Message, StringComparison.Ordinal);
        Assert.Equal("Delete", api.Calls[^1]);
    }

    [Theory]
    [InlineData("OpenManager", "run it as administrator (error 5)")]
    [InlineData("CreateService", "choose another --service-name (error 1073)")]
    public void An_error_says_the_way_out(string failing, string said)
    {
        var manager = new WindowsManager(new FakeAdvapi { Failing = failing });

        var error = Assert.Throws<UserErrorException>(() =>
        {
            manager.CheckRights();
            manager.Install(Plan(new InstallOptions { Name = "ticker" }));
        });

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Starting_waits_for_the_end_of_the_start()
    {
        var api = Installed(2, 2, 4);
        new WindowsManager(api).Start(Ticker);
        Assert.Equal("running", new WindowsManager(api).Status(Ticker, "ticker").State);
    }

    [Fact]
    public void A_service_that_ends_while_it_starts_has_not_started()
    {
        var error = Assert.Throws<UserErrorException>(() => new WindowsManager(Installed(2, 1)).Start(Ticker));

        Assert.Contains("ended with exit code 7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stopping_waits_for_the_end()
    {
        var api = Installed(4, 3, 3, 1);

        new WindowsManager(api).Stop(Ticker);

        Assert.Contains("Control 1", api.Calls);
        Assert.Single(api.States);
    }

    [Theory]
    [InlineData(1u, 0u, "stopped")]
    [InlineData(1u, 1077u, "stopped")]
    [InlineData(1u, 1066u, "failed")]
    [InlineData(2u, 0u, "starting")]
    [InlineData(3u, 0u, "stopping")]
    [InlineData(4u, 0u, "running")]
    [InlineData(5u, 0u, "starting")]
    [InlineData(6u, 0u, "stopping")]
    [InlineData(7u, 0u, "paused")]
    public void A_state_has_the_word_that_it_has_everywhere(uint state, uint exitCode, string word) =>
        Assert.Equal(word, ServiceStates.Name(new ServiceStatusProcess { CurrentState = state, Win32ExitCode = exitCode }));

    [Fact]
    public void The_status_structure_has_the_size_that_Windows_gives_it() =>
        Assert.Equal(36, System.Runtime.InteropServices.Marshal.SizeOf<ServiceStatusProcess>());

    private static FakeAdvapi Installed(params uint[] states)
    {
        var api = new FakeAdvapi();
        new WindowsManager(api).Install(Plan(new InstallOptions { Name = "ticker" }));
        api.States.Clear();
        foreach (var state in states)
            api.States.Enqueue(state);
        return api;
    }

    private static InstallPlan Plan(InstallOptions options)
    {
        var request = new InstallRequest { Options = options, Kind = UnitKind.Executable, Target = "tick.exe", CommandLine = [], Folder = "/" };
        var spec = new UnitSpec { Name = options.Name, Kind = request.Kind, Target = request.Target, ErrorLog = "/error", StartFolder = "/" };
        return new InstallPlan { Request = request, Folder = new WorkingFolder("/folder"), Specs = [spec] };
    }
}
