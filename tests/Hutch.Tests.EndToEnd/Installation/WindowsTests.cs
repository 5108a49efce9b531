using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Installation;

/// <summary>Services of Windows, by a build for Windows, in the service control manager of Wine.</summary>
public sealed class WindowsTests : IDisposable
{
    private static readonly string Script = Path.Combine(Repository.Root, "tests", "boxes", "wine-box");

    // A build for each run of tests would take longer than all the rest: it is made again when a source is newer.
    private static readonly string Build = Path.Combine(Repository.Root, "artifacts", "win-x64");

    private readonly string _prefix = Directory.CreateTempSubdirectory("hutch-wine-").FullName;

    [Fact]
    public void A_service_is_installed_started_at_boot_stopped_and_removed()
    {
        using (var publish = ChildProcess.Start(Path.Combine(Repository.Root, "eng", "publish"), ["win-x64", Build]))
            publish.Succeed(TimeSpan.FromMinutes(5));
        Wine("start").Succeed();
        var ticks = Path.Combine(_prefix, "drive_c", "ticks.txt");
        Hutch("install", "--service-name", "ticker", "--restart", "Always", "--env", "TICK_TOKEN", "--", @"C:\windows\system32\cmd.exe", "/c", @"echo tick>>C:\ticks.txt").Succeed();
        Assert.Contains("ticker: stopped", Hutch("manage", "ticker", "status").Output, StringComparison.Ordinal);

        Hutch("manage", "ticker", "start").Succeed();
        Wait.Until(() => Lines(ticks) >= 2, () => $"it does not run again and again:\n{Hutch("manage", "ticker").Everything}");
        var status = Hutch("manage", "ticker", "status").Succeed().Output;
        Assert.Contains("ticker: running", status, StringComparison.Ordinal);
        Assert.Contains("at boot      starts", status, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", status, StringComparison.Ordinal);
        // Wine's own tools see the same service.
        Assert.Contains("RUNNING", Wine("exec", "sc", "query", "ticker").Output, StringComparison.Ordinal);

        Wine("stop").Succeed();
        var before = Lines(ticks);
        Wine("start").Succeed();
        Wait.Until(() => Lines(ticks) > before, () => $"it did not start at boot:\n{Hutch("manage", "ticker").Everything}");

        Hutch("manage", "ticker", "stop").Succeed();
        var stopped = Hutch("manage", "ticker", "status").Output;
        Assert.True(stopped.Contains("ticker: stopped", StringComparison.Ordinal), stopped);
        Hutch("install", "--service-name", "ticker", "--", @"C:\windows\system32\cmd.exe").Fail(1, "there is already a service ticker");
        Hutch("manage", "ticker", "stop_and_remove", "--remove-env-vars", "--remove-install-args", "--remove-nssm").Succeed();
        Hutch("manage", "ticker", "status").Fail(1, "there is no service ticker");
        Assert.Equal(["Services.log"], Directory.GetFiles(Path.Combine(_prefix, "drive_c", "ProgramData", "Hutch", "services")).Select(Path.GetFileName));
    }

    public void Dispose()
    {
        Wine("stop");
        Wait.Until(TryDelete, () => $"{_prefix} is still in use");
    }

    private static int Lines(string file) => File.Exists(file) ? File.ReadAllLines(file).Length : 0;

    private Answer Hutch(params string[] arguments) => Wine(["exec", Path.Combine(Build, "Hutch.Cli.exe"), .. arguments]);

    private Answer Wine(params string[] arguments)
    {
        using var process = ChildProcess.Start(Script, arguments, ("WINEPREFIX", _prefix), ("TICK_TOKEN", "s3cr3t"));
        process.CloseInput();
        return new Answer(process.WaitForExit(), process.Output, process.Errors, string.Join(' ', arguments));
    }

    private bool TryDelete()
    {
        try
        {
            Directory.Delete(_prefix, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false; // the last processes are just ending
        }
    }
}
