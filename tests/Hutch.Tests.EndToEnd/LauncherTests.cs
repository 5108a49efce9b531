using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd;

/// <summary>The launcher: it builds only when a source has changed, and does not care where the repository is.</summary>
public class LauncherTests
{
    private static readonly (string, string?)[] MayBuild = [("HUTCH_NO_BUILD", null)];

    [Fact]
    public void The_second_start_does_not_build()
    {
        using (var first = ChildProcess.Start(Repository.Launcher, ["--version"], MayBuild))
            first.Succeed();
        var stamp = File.GetLastWriteTimeUtc(Path.Combine(Repository.Root, "artifacts", "hutch", ".built"));

        using var second = ChildProcess.Start(Repository.Launcher, ["--help"], MayBuild);

        second.Succeed();
        Assert.Contains("Usage:", second.Output, StringComparison.Ordinal);
        Assert.Equal("", second.Errors);
        Assert.Equal(stamp, File.GetLastWriteTimeUtc(Path.Combine(Repository.Root, "artifacts", "hutch", ".built")));
    }

    [Fact]
    public void It_works_from_a_path_with_a_space_and_through_a_link()
    {
        using var folder = new TemporaryFolder();
        // All that the launcher looks at, with its times.
        using (var copy = ChildProcess.Start("sh", ["-eu", "-c", """
            mkdir -p "$TARGET/my clone" && cd "$ROOT"
            cp -a --parents hutch eng global.json Directory.*.props src artifacts/hutch "$TARGET/my clone"
            ln -s "$TARGET/my clone/hutch" "$TARGET/link to hutch"
            """], ("ROOT", Repository.Root), ("TARGET", folder.Path)))
            copy.Succeed();

        foreach (var launcher in new[] { folder["my clone/hutch"], folder["link to hutch"] })
        {
            using var hutch = ChildProcess.Start(launcher, ["demo", "--help"], MayBuild);
            Assert.Contains("Usage:", hutch.Succeed().Output, StringComparison.Ordinal);
            Assert.Equal("", hutch.Errors);
        }
    }

    [Fact]
    public void A_changed_source_makes_it_build()
    {
        using var folder = new TemporaryFolder();
        // A dotnet that says what it was asked to do, and fails.
        File.WriteAllText(folder["dotnet"], "#!/bin/sh\necho \"asked to $1\"; exit 1\n");
        using (var copy = ChildProcess.Start("sh", ["-eu", "-c", """
            mkdir -p "$TARGET/my clone" && cd "$ROOT"
            cp -a --parents hutch eng global.json Directory.*.props src artifacts/hutch "$TARGET/my clone"
            touch "$TARGET/my clone/src/Hutch/UserErrorException.cs"
            chmod +x "$TARGET/dotnet"
            """], ("ROOT", Repository.Root), ("TARGET", folder.Path)))
            copy.Succeed();

        using var hutch = ChildProcess.Start(folder["my clone/hutch"], ["--help"],
            [("HUTCH_NO_BUILD", null), ("PATH", $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}")]);

        Assert.Equal(1, hutch.WaitForExit());
        Assert.Contains("hutch: building", hutch.Errors, StringComparison.Ordinal);
        Assert.Contains("asked to publish", hutch.Errors, StringComparison.Ordinal);
        Assert.Contains("hutch: the build failed", hutch.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_benchmarks_are_listed_without_a_build()
    {
        using var folder = new TemporaryFolder();
        // A dotnet that must not be asked.
        File.WriteAllText(folder["dotnet"], "#!/bin/sh\necho \"asked to $1\"; exit 1\n");
        using (var copy = ChildProcess.Start("sh", ["-eu", "-c", """
            mkdir -p "$TARGET/my clone" && cd "$ROOT"
            cp -a --parents bench eng global.json Directory.*.props src artifacts/bin/Hutch.Bench "$TARGET/my clone"
            touch "$TARGET/my clone/artifacts/bin/Hutch.Bench/.built"
            chmod +x "$TARGET/dotnet"
            """], ("ROOT", Repository.Root), ("TARGET", folder.Path)))
            copy.Succeed();
        (string, string?)[] environment = [("PATH", $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}")];

        using (var list = ChildProcess.Start(folder["my clone/bench/run"], ["--list"], environment))
            Assert.Contains("writer-2mb", list.Succeed().Output, StringComparison.Ordinal);

        File.SetLastWriteTimeUtc(folder["my clone/bench/Program.cs"], DateTime.UtcNow.AddSeconds(1));
        using var changed = ChildProcess.Start(folder["my clone/bench/run"], ["--list"], environment);
        Assert.Equal(1, changed.WaitForExit());
        Assert.Contains("asked to build", changed.Errors, StringComparison.Ordinal);
    }
}
