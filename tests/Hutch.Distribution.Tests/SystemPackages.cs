namespace Hutch.Distribution.Tests;

/// <summary>The Debian and RPM packages, made once for all tests.</summary>
public sealed class SystemPackages : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SystemPackages()
    {
        Deb = Make("package-deb");
        Rpm = Make("package-rpm");
    }

    public string Folder => _folder.Path;

    public string Deb { get; }

    public string Rpm { get; }

    /// <summary>Runs commands in a clean Debian, where <see cref="Folder"/> is /share.</summary>
    internal string InDebian(string script)
    {
        using var box = ChildProcess.Start(Path.Combine(Repository.Root, "tests", "boxes", "debian-root"), ["run", "bash", "-euo", "pipefail", "-c", script], ("SHARE", Folder));
        box.CloseInput();
        return box.Succeed(TimeSpan.FromMinutes(10)).Output;
    }

    /// <summary>Runs commands on this machine, in the folder.</summary>
    internal string Shell(string script)
    {
        using var shell = ChildProcess.Start("bash", ["-euo", "pipefail", "-c", $"cd \"$0\"\n{script}", Folder]);
        shell.CloseInput();
        return shell.Succeed(TimeSpan.FromMinutes(10)).Output;
    }

    public void Dispose() => _folder.Dispose();

    private string Make(string script)
    {
        using var make = ChildProcess.Start(Path.Combine(Repository.Root, "eng", script), [Folder]);
        return Path.GetFileName(make.Succeed(TimeSpan.FromMinutes(10)).Output.Trim());
    }
}
