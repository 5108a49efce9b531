using Hutch.Fleet.Records;
using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Containers;

/// <summary>A machine with a systemd that has booted (tests/boxes/systemd-box) and an SSH server, on a port of this machine whose network it shares.</summary>
internal sealed class SystemdBox : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.NextBelow(20000);
    private readonly string _name = $"hutch-fleet-{Environment.ProcessId}";

    public static string Address => "127.0.0.1";

    public static async Task<SystemdBox> StartAsync()
    {
        var box = new SystemdBox();
        await TestHost.RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", box._folder["key"]);
        await TestHost.RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", box._folder["host_key"]);
        File.WriteAllText(box._folder["sshd_config"], $"""
            ListenAddress {Address}:{box._port}
            HostKey "{box._folder["host_key"]}"
            AuthorizedKeysFile "{box._folder["key.pub"]}"
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PidFile none
            """);
        await box.ControlAsync("start");
        await box.InsideAsync($"""
            rm -f ~root/.bashrc   # what its owner put there is for this machine, and may wait for itself
            mkdir -p /run/sshd /srv/tools/bin
            cp /bin/busybox /srv/tools/bin/
            mv /srv/tools/bin/busybox /srv/tools/bin/busybox-only-here
            exec systemd-run --quiet --property=Type=exec --unit=test-sshd -- /usr/sbin/sshd -D -e -f '{box._folder["sshd_config"]}'
            """);
        return box;
    }

    /// <summary>Stores it and how to log in on it.</summary>
    public async Task AddToAsync(RunningFleet fleet)
    {
        await fleet.Storage.Records.SaveAsync(new HostCreds { Address = Address, SshPrivKey = fleet.Storage.Seal.Seal(Convert.ToBase64String(File.ReadAllBytes(_folder["key"]))) });
        await fleet.Storage.Records.SaveAsync(new Host { Address = Address, SshPort = _port });
    }

    /// <summary>Runs commands of a shell in it.</summary>
    public Task<string> InsideAsync(string script) => ControlAsync("exec", "sh", "-euc", script);

    public async ValueTask DisposeAsync()
    {
        await ControlAsync("stop");
        _folder.Dispose();
    }

    private Task<string> ControlAsync(params string[] words) => TestHost.RunAsync(["env", $"BOX={_name}", $"BOX_SHARE={_folder.Path}", Path.Combine(Repository.Root, "tests", "boxes", "systemd-box"), .. words]);
}
