namespace Hutch.Distribution.Tests;

/// <summary>The container image, made by eng/container on the root that debootstrap makes; and podman with a store of its own.</summary>
public sealed class Image : IDisposable
{
    // The engine's lock is one for the machine.
    private const string Lock = "/dev/shm/libpod_lock";

    private readonly bool _hadLock = File.Exists(Lock);
    private readonly string _podman;

    public Image()
    {
        // A path without a space, for the options of the engine are words; and short, for the engine takes no run folder of more than 50 characters.
        var place = Path.Combine(Environment.GetEnvironmentVariable("HUTCH_TEST_RUN") ?? Path.GetTempPath(), $"podman-{Environment.ProcessId}");
        Place = Directory.CreateDirectory(place).FullName;
        _podman = $"podman --root {place}/store --runroot {place}/run --tmpdir {place}/tmp --storage-driver=vfs --cgroup-manager=cgroupfs --runtime /usr/sbin/runc --events-backend=none";
        Shell("root=$(\"$REPOSITORY/tests/boxes/debian-root\" path); tar -C \"$root\" --one-file-system -c . | podman import -q - debian-root");
        Shell("CONTAINER_BUILD_OPTIONS='--isolation=chroot --network=host' \"$REPOSITORY/eng/container\" localhost/debian-root");
    }

    /// <summary>A folder for files of the tests, which containers may read.</summary>
    public string Place { get; }

    /// <summary>Starts a container, which sees the network of this machine.</summary>
    internal ChildProcess Run(string name, string options, string command) =>
        Start($"exec $PODMAN run --rm --name {name} --network=host --ulimit nofile=1024:4096 --ulimit nproc=1000:1000 {options} hutch {command}");

    /// <summary>Runs commands of a shell, where podman is that with the store of the tests.</summary>
    internal string Shell(string script)
    {
        using var shell = Start($"podman() {{ command $PODMAN \"$@\"; }}\n{script}");
        shell.CloseInput();
        return shell.Succeed(TimeSpan.FromMinutes(10)).Output.Trim();
    }

    /// <summary>Waits until the health check of a container passes.</summary>
    internal void AwaitHealth(string name, ChildProcess container)
    {
        var answer = "";
        Wait.Until(() =>
        {
            Assert.False(container.HasExited, container.ToString());
            using var check = Start($"$PODMAN healthcheck run {name}");
            check.CloseInput();
            var code = check.WaitForExit();
            answer = check.Everything;
            return code == 0;
        }, () => $"{name} is not healthy: {answer}\n{container}");
    }

    public void Dispose()
    {
        Shell("podman rmi --all --force > /dev/null");
        Directory.Delete(Place, recursive: true);
        if (!_hadLock)
            File.Delete(Lock);
    }

    private ChildProcess Start(string script) => ChildProcess.Start("bash", ["-euo", "pipefail", "-c", script],
        ("PODMAN", _podman), ("CONTAINER_ENGINE", _podman), ("REPOSITORY", Repository.Root));
}
