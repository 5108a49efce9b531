using System.CommandLine;

namespace Hutch.Cli;

/// <summary><c>hutch fleet upgrade CLUSTER</c>: upgrades the operating systems of a cluster's hosts.</summary>
internal static class FleetUpgradeCommand
{
    public static Command Create() => FleetOperationArguments.Command("upgrade", "upgrade",
        "Upgrade the operating systems of a cluster's hosts, one batch after another.", "hutch fleet upgrade beamline --check 'systemctl is-active hutch-beamline'", [], _ => new { });
}
