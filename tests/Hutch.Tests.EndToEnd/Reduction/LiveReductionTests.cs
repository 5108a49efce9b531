using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Reduction;

/// <summary>The program as systemd sees it: signals and exit codes.</summary>
public sealed class LiveReductionTests
{
    private const int SigHup = 1;
    private const int SigQuit = 3;

    [Theory]
    [InlineData(ChildProcess.SigTerm)]
    [InlineData(ChildProcess.SigInt)]
    [InlineData(SigQuit)]
    public void A_signal_ends_it_well_and_the_log_is_for_everybody(int signal)
    {
        using var reduction = new LiveReduction("ring:none");
        File.WriteAllText(reduction.Proc, "output = input");
        using var process = reduction.Start();
        process.Signal(signal);
        Assert.Equal(0, process.WaitForExit());
        const UnixFileMode readableByAnyone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        if (!OperatingSystem.IsWindows())
            Assert.Equal(readableByAnyone, File.GetUnixFileMode(reduction.Folder["live.log"]));
        Assert.Matches(@"(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - live-reduce - INFO - in effect: \{.*""instrument""", File.ReadAllText(reduction.Folder["live.log"]));
    }

    [Fact]
    public void A_changed_configuration_ends_it_with_the_code_for_a_restart_and_hanging_up_loads_the_scripts_again()
    {
        using var reduction = new LiveReduction("ring:none");
        File.WriteAllText(reduction.Proc, "output = input");
        using var process = reduction.Start();
        process.Signal(SigHup);
        process.WaitForOutput("the scripts were reloaded on request");
        Assert.False(process.HasExited);

        var configuration = JsonNode.Parse(File.ReadAllText(reduction.ConfigFile))!.AsObject();
        File.SetLastWriteTimeUtc(reduction.ConfigFile, DateTime.UtcNow);
        configuration["updaet_every"] = 3;
        reduction.Save(configuration);
        Assert.Equal(75, process.WaitForExit());
        Assert.Contains("has changed", process.Errors, StringComparison.Ordinal);

        using var again = reduction.Start();
        again.WaitForOutput("unknown keys, which have no effect: updaet_every");
        again.Signal(ChildProcess.SigTerm);
        Assert.Equal(0, again.WaitForExit());
    }

    [Fact]
    public void Without_a_script_it_does_not_start_and_says_which_is_missing()
    {
        using var reduction = new LiveReduction("ring:none");
        using var process = reduction.Hutch("run", "live-reduce", reduction.ConfigFile);
        Assert.Equal(1, process.WaitForExit());
        Assert.Contains(reduction.Proc, process.Errors, StringComparison.Ordinal);
    }
}
