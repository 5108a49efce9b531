using System.Diagnostics;
using System.Globalization;
using Hutch.Fleet.Records;
using Hutch.Tests.EndToEnd.Support;
using Hutch.Tests.Servers;

namespace Hutch.Fleet.Tests.Support;

/// <summary>
/// A host on this machine: a network, processes and some folders of its own, with an SSH server. It is reached through a pair of interfaces, and all of
/// it is gone when its first process ends.
/// </summary>
internal sealed class TestHost : IAsyncDisposable
{
    private static int _count;

    private readonly TemporaryFolder _folder;
    private readonly ServerProcess _process;
    private readonly string _interface;
    private readonly TestHost? _behind;

    private TestHost(TemporaryFolder folder, ServerProcess process, string address, string name, TestHost? behind) =>
        (_folder, _process, Address, _interface, _behind) = (folder, process, address, name, behind);

    public string Address { get; }

    /// <summary>The private key with which its root may log in, as a record has it.</summary>
    public string PrivateKey { get; private set; } = "";

    /// <summary>The file with that key.</summary>
    public string KeyFile => _folder["key"];

    /// <summary>The fingerprint of its host key.</summary>
    public string HostKey { get; private set; } = "";

    private string Pid => File.ReadAllText(_folder["pid"]).Trim();

    /// <summary>Starts one.</summary>
    /// <param name="behind">The host that it is connected to; null for this machine.</param>
    public static async Task<TestHost> StartAsync(TestHost? behind = null)
    {
        var folder = new TemporaryFolder();
        await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder["key"]);
        await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder["host_key"]);
        File.WriteAllText(folder["sshd_config"], $"""
            HostKey /run/host/host_key
            AuthorizedKeysFile /run/host/key.pub
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PasswordAuthentication no
            AllowTcpForwarding yes
            MaxStartups 200
            PidFile none
            """);
        // Test programs beside each other have neighbouring ids: 521 keeps the hosts of each apart from those of the next.
        var number = (Environment.ProcessId % 65536 * 521 + Interlocked.Increment(ref _count) * 4) % 65536;
        var (near, name) = ($"10.{200 + number / 16384 % 4}.{number / 64 % 256}.{number % 64 * 4}", $"hf{number:x}");
        var (here, there) = (Last(near, 1), Last(near, 2));
        var script = $"""
            set -e
            mount -t tmpfs tmpfs /run
            mkdir -p /run/sshd /run/host
            mount --bind "$1" /run/host
            for place in /tmp /dev/shm /opt /usr/local/bin /etc/systemd/system; do mount -t tmpfs tmpfs $place; done
            mount -t sysfs sysfs /sys
            # What its owner put there is for this machine, and may wait for itself when many log in.
            [ ! -e ~root/.bashrc ] || mount --bind /dev/null ~root/.bashrc
            hostname {name}
            until ip link show eth0 >/dev/null 2>&1; do sleep 0.05; done
            ip link set lo up
            ip addr add {there}/30 dev eth0
            ip link set eth0 up
            ip route add default via {here}
            exec /usr/sbin/sshd -D -e -f /run/host/sshd_config
            """;
        var process = new ServerProcess(new Dictionary<string, string>(), "",
            "/bin/sh", "-c", """
            unshare --net --mount --pid --uts --ipc --fork --kill-child --mount-proc /bin/sh -c "$1" host "$2" &
            echo $! >"$2/pid"
            trap 'kill -KILL $!; wait $!' TERM   # it ignores the others while its child runs
            wait
            """, "host", script, folder.Path);
        var host = new TestHost(folder, process, there, name, behind);
        var ours = new FileInfo("/proc/self/ns/net").LinkTarget;
        await Eventually.TrueAsync(() => File.Exists(folder["pid"]) && host.Pid.Length > 0 && new FileInfo($"/proc/{host.Pid}/ns/net").LinkTarget != ours, "the host has a network of its own");
        string[] inside = behind is null ? [] : ["nsenter", "-t", behind.Pid, "-n"];
        await RunAsync([.. inside, "ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", host.Pid]);
        await RunAsync([.. inside, "ip", "addr", "add", $"{here}/30", "dev", name]);
        await RunAsync([.. inside, "ip", "link", "set", name, "up"]);
        host.PrivateKey = Convert.ToBase64String(File.ReadAllBytes(folder["key"]));
        host.HostKey = (await RunAsync("ssh-keygen", "-lf", folder["host_key.pub"])).Split(' ')[1];
        await Eventually.TrueAsync(() => Task.FromResult(process.Output.Contains("Server listening", StringComparison.Ordinal)), TimeSpan.FromSeconds(30), () => $"sshd did not start: {process.Output}");
        return host;
    }

    /// <summary>Connects it with another one directly, as eth1 of both: the network for data.</summary>
    public async Task JoinAsync(TestHost other, string address, string othersAddress)
    {
        await RunAsync("nsenter", "-t", Pid, "-n", "ip", "link", "add", "eth1", "type", "veth", "peer", "name", "eth1", "netns", other.Pid);
        foreach (var (host, own) in new[] { (this, address), (other, othersAddress) })
        {
            await RunAsync("nsenter", "-t", host.Pid, "-n", "ip", "addr", "add", own, "dev", "eth1");
            await RunAsync("nsenter", "-t", host.Pid, "-n", "ip", "link", "set", "eth1", "up");
        }
    }

    public Host Record(TestHost? jump = null) => new() { Address = Address, Jump = jump?.Address ?? "" };

    /// <summary>Runs a command in the host, beside its SSH server.</summary>
    public Task<string> InsideAsync(params string[] command) => RunAsync(["nsenter", "-t", Child, "-a", .. command]);

    /// <summary>Cuts its network, or joins it again.</summary>
    public Task SetNetworkAsync(bool connected) => RunAsync([.. _behind is null ? Array.Empty<string>() : ["nsenter", "-t", _behind.Pid, "-n"], "ip", "link", "set", _interface, connected ? "up" : "down"]);

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync();
        _folder.Dispose();
    }

    private string Child => File.ReadAllText($"/proc/{Pid}/task/{Pid}/children").Trim();

    private static string Last(string network, int add) => network[..(network.LastIndexOf('.') + 1)] + (int.Parse(network[(network.LastIndexOf('.') + 1)..], CultureInfo.InvariantCulture) + add);

    public static async Task<string> RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: {await errors}");
        return output;
    }
}
