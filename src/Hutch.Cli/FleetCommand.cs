using System.CommandLine;

namespace Hutch.Cli;

/// <summary><c>hutch fleet</c>: the hosts, clusters and networks of the storage service of a bus, and what is done with them.</summary>
internal static class FleetCommand
{
    public static Command Create() => new("fleet", "Manage the hosts and clusters of a facility. Example: hutch fleet hosts add 10.0.0.1 --key ~/.ssh/id_ed25519")
    {
        FleetHostsCommand.Create(),
        FleetClustersCommand.Create(),
        FleetNetworksCommand.Create(),
        FleetContainerManagersCommand.Create(),
        FleetNodesCommand.Create(),
        FleetContainersCommand.Create(),
        FleetWatchCommand.Create(),
        FleetExecCommand.Create(),
        FleetUpgradeCommand.Create(),
        FleetRestartCommand.Create(),
        FleetDeployCommand.Create(),
        FleetOperationsCommand.Create(),
    };
}
