using System.CommandLine;
using Hutch.Fleet.Execution;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Programs;

/// <summary><c>hutch run cluster-exec</c>.</summary>
public sealed class ClusterExecProgram() : FleetProgram("clusterexec")
{
    /// <inheritdoc/>
    public override string Name => "cluster-exec";

    /// <inheritdoc/>
    public override string Description => "Upgrades, restarts and deploys across a cluster, and runs any command, one batch after another.";

    private protected override Service CreateService(FleetSettings settings, ParseResult options, ILoggerFactory loggers) =>
        new ClusterExec(settings.BusUrl, settings.Bus, settings.Options<ClusterExecOptions>(), settings.Seal, loggers.CreateLogger<ClusterExec>());
}
