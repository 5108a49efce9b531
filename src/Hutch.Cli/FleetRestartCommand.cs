using System.CommandLine;

namespace Hutch.Cli;

/// <summary><c>hutch fleet restart CLUSTER</c>: restarts a cluster's hosts.</summary>
internal static class FleetRestartCommand
{
    public static Command Create() => FleetOperationArguments.Command("restart", "restart",
        "Restart the hosts of a cluster, one batch after another; each must be back before the next begins.", "hutch fleet restart beamline --batch 2", [], _ => new { });
}
