namespace Hutch.Tests.EndToEnd.Support;

/// <summary>A file system of its own that can be made to stand still: every write to it waits, as on a server that has gone away.</summary>
internal sealed class FrozenDisk : IDisposable
{
    private readonly string _mount;
    private bool _frozen;

    public FrozenDisk(TemporaryFolder folder)
    {
        _mount = folder["disk"];
        Directory.CreateDirectory(_mount);
        Run("dd", "if=/dev/zero", $"of={folder["image"]}", "bs=1M", "count=200", "status=none");
        Run("mkfs.ext4", "-q", "-F", folder["image"]);
        Run("mount", "-o", "loop", folder["image"], _mount);
    }

    public string this[string name] => Path.Combine(_mount, name);

    public void Freeze()
    {
        Run("fsfreeze", "-f", _mount);
        _frozen = true;
    }

    public void Thaw()
    {
        _frozen = false;
        Run("fsfreeze", "-u", _mount);
    }

    public void Dispose()
    {
        if (_frozen)
            Thaw();
        Run("umount", "-l", _mount);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = ChildProcess.Start(program, arguments);
        process.Succeed();
    }
}
