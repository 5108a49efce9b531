namespace Hutch.Distribution.Tests;

/// <summary>
/// Somebody who has followed "Install" of docs/getting-started.md, once for all tests: the packages lie in a feed in the home folder, the tool
/// and the templates are installed from it. Packages of others come from those that the build has restored, so no network is needed.
/// </summary>
public sealed class Reader : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly (string, string?)[] _environment;

    public Reader()
    {
        Directory.CreateDirectory(Home);
        var restored = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Directory.CreateDirectory(Path.Combine(Home, ".nuget", "NuGet"));
        File.WriteAllText(Path.Combine(Home, ".nuget", "NuGet", "NuGet.Config"), $"""
            <configuration>
              <packageSources><clear /></packageSources>
              <fallbackPackageFolders><add key="restored" value="{restored}" /></fallbackPackageFolders>
            </configuration>
            """);
        var shared = Environment.GetEnvironmentVariable("SharedCompilationId") is not null;
        _environment =
        [
            ("HOME", Home), ("DOTNET_CLI_HOME", Home), ("NUGET_PACKAGES", null), ("DOTNET_NOLOGO", "1"), ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"),
            ("DOTNET_GENERATE_ASPNET_CERTIFICATE", "false"), ("DOTNET_SKIP_WORKLOAD_INTEGRITY_CHECK", "1"), ("DOTNET_ADD_GLOBAL_TOOLS_TO_PATH", "false"),
            ("MSBUILDDISABLENODEREUSE", "1"), ("UseSharedCompilation", shared ? "true" : "false"), ("HUTCH_RUNTIME_DIR", Path.Combine(Home, "run")),
            ("PATH", $"{Environment.GetEnvironmentVariable("PATH")}:{Path.Combine(Home, ".dotnet", "tools")}"),
        ];
        // The packages are made with the restored ones as they are; all else happens in the reader's home.
        using (var pack = ChildProcess.Start(Path.Combine(Repository.Root, "eng", "pack"), [Feed], ("MSBUILDDISABLENODEREUSE", "1")))
            pack.Succeed(TimeSpan.FromMinutes(10));
        var install = new Guide("docs/getting-started.md").Blocks("sh", "Install").Replace("eng/pack ~/hutch-feed\n", "", StringComparison.Ordinal);
        Assert.Contains("~/hutch-feed", install, StringComparison.Ordinal);
        // The installer of tools leaves a file among the temporary ones at times, which is not ours to end.
        Shell(Home, $"export TMPDIR='{NewFolder("tmp")}'\n{install}");
    }

    public string Home => _folder["home"];

    public string Feed => Path.Combine(Home, "hutch-feed");

    /// <summary>Makes an empty folder.</summary>
    public string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(_folder.Path, name)).FullName;

    /// <summary>The reader types commands, each of which must succeed.</summary>
    /// <returns>What they print.</returns>
    public string Shell(string folder, string script)
    {
        using var shell = Start(folder, script);
        shell.CloseInput();
        return shell.Succeed(TimeSpan.FromMinutes(10)).Everything;
    }

    /// <summary>Starts a command and does not wait for it.</summary>
    internal ChildProcess Start(string folder, string script) =>
        ChildProcess.Start("bash", ["-euo", "pipefail", "-c", $"cd \"$1\"\n{script}", "bash", folder], _environment);

    public void Dispose() => _folder.Dispose();
}
