using System.CommandLine;

namespace Hutch.Cli;

/// <summary><c>hutch fleet deploy CLUSTER VERSION</c>: deploys a version to a cluster's hosts.</summary>
internal static class FleetDeployCommand
{
    public static Command Create()
    {
        var version = new Argument<string>("VERSION") { Description = "The version." };
        return FleetOperationArguments.Command("deploy", "deploy", "Deploy a version of Hutch to the hosts of a cluster, one batch after another.", "hutch fleet deploy beamline 1.2.0",
            [version], options => new { version = options.GetValue(version)! });
    }
}
