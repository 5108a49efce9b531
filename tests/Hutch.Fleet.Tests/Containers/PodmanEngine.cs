using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Hutch.Fleet.Tests.Containers;

/// <summary>
/// A Podman that answers the API of the Docker engine, with an image "tools" that is made of a static busybox. It has processes, mounts and a store of its
/// own, which go with it. The options are what it takes to run containers within a container.
/// </summary>
internal sealed class PodmanEngine : IAsyncDisposable
{
    /// <summary>What a container needs beside, as options of a container manager.</summary>
    public const string Options = """{"network": "host", "ulimits": {"nofile": "1024:4096", "nproc": "1000"}, "stop_timeout_s": 1, "timeout_s": 20}""";

    private readonly string _folder;
    private readonly ServerProcess _process;

    private PodmanEngine(string folder, ServerProcess process) => (_folder, _process) = (folder, process);

    public string Url => $"unix://{_folder}/podman.sock";

    public static async Task<PodmanEngine> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("podman-").FullName;
        const string Script = """
            set -e
            mount -t tmpfs tmpfs /run
            mount -t tmpfs tmpfs /dev/shm
            mkdir -p /run/tools/bin
            cp /bin/busybox /run/tools/bin/
            for name in sh sleep env cat; do ln -s busybox /run/tools/bin/$name; done
            engine="podman --root /run/store --runroot /run/own --tmpdir /run/tmp --storage-driver=vfs --cgroup-manager=cgroupfs --runtime /usr/sbin/runc --events-backend=none"
            tar -C /run/tools -c . | $engine import -q - tools
            exec $engine system service --time=0 "unix://$1/podman.sock"
            """;
        var engine = new PodmanEngine(folder, new ServerProcess(new Dictionary<string, string>(), "", "/bin/sh", "-c", """
            unshare --mount --pid --fork --kill-child --mount-proc /bin/sh -c "$1" podman "$2" &
            trap 'kill -KILL $!; wait $!' TERM   # it ignores the others while its child runs
            wait
            """, "podman", Script, folder));
        using var docker = engine.Connect();
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                await docker.System.PingAsync();
                return true;
            }
            catch (Exception error) when (error is HttpRequestException or SocketException or IOException or DockerApiException)
            {
                return false;
            }
        }, TimeSpan.FromSeconds(30), () => $"podman did not start: {engine._process.Output}");
        return engine;
    }

    public DockerClient Connect() => new DockerClientBuilder().WithEndpoint(new Uri(Url)).Build();

    public async ValueTask DisposeAsync()
    {
        // Their control groups would stay.
        if (!_stopped)
        {
            using var docker = Connect();
            foreach (var container in await docker.Containers.ListContainersAsync(new ContainersListParameters { All = true }))
                await docker.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true });
            await StopAsync();
        }
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Ends it, with all that runs in it.</summary>
    public Task StopAsync()
    {
        _stopped = true;
        return _process.StopAsync();
    }

    private bool _stopped;
}
