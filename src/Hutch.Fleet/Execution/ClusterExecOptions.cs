using Hutch.Fleet.Ssh;

namespace Hutch.Fleet.Execution;

/// <summary>How an executor works; members of its configuration.</summary>
internal sealed record ClusterExecOptions
{
    private static readonly Dictionary<string, string> Upgrades = new()
    {
        ["debian"] = "export DEBIAN_FRONTEND=noninteractive; apt-get -q update && apt-get -q -y upgrade",
        ["ubuntu"] = "export DEBIAN_FRONTEND=noninteractive; apt-get -q update && apt-get -q -y upgrade",
        ["fedora"] = "dnf upgrade -y",
        ["rhel"] = "dnf upgrade -y",
        ["centos"] = "dnf upgrade -y",
        ["rocky"] = "dnf upgrade -y",
        ["almalinux"] = "dnf upgrade -y",
    };

    /// <summary>How many hosts at once where a call says nothing. Default 1.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>How long a host has to be well again after its command, in seconds. Default 600.</summary>
    public double HealthTimeoutS { get; init; } = 600;

    /// <summary>The pause between two looks at it, in seconds. Default 2.</summary>
    public double HealthPauseS { get; init; } = 2;

    /// <summary>The command of an upgrade; null for that of the host's distribution.</summary>
    public string? UpgradeCommand { get; init; }

    /// <summary>The command of a deployment; {version} is the version.</summary>
    public string DeployCommand { get; init; } = "export DEBIAN_FRONTEND=noninteractive; apt-get -q update && apt-get -q -y install hutch={version}";

    /// <summary>The command of a restart.</summary>
    public string RestartCommand { get; init; } = "systemctl reboot";

    /// <summary>Whether a host counts as restarted only when it has booted again. Default true.</summary>
    public bool RestartBoots { get; init; } = true;

    /// <inheritdoc cref="SshOptions.HostKeyPolicy"/>
    public HostKeyPolicy HostKeyPolicy { get; init; } = HostKeyPolicy.AcceptNew;

    /// <inheritdoc cref="SshOptions.ConnectTimeoutS"/>
    public double ConnectTimeoutS { get; init; } = 10;

    /// <summary>How often an executor announces itself to the others, in seconds. Default 2.</summary>
    public double BeatS { get; init; } = 2;

    public SshOptions Ssh => new() { HostKeyPolicy = HostKeyPolicy, ConnectTimeoutS = ConnectTimeoutS };

    /// <exception cref="UserErrorException">There is none for the distribution.</exception>
    public string Upgrade(string os) => UpgradeCommand ?? Upgrades.GetValueOrDefault(os)
        ?? throw new UserErrorException($"there is no upgrade command for '{os}'; investigate the host first, or give upgrade_command in the configuration");
}
