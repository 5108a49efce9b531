using System.CommandLine;
using Hutch.Fleet.Execution;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Programs;

/// <summary><c>hutch run cluster-exec</c>.</summary>
public sealed class ClusterExecProgram : HutchProgram
{
    private readonly FleetOptions _fleet = new("clusterexec");

    /// <inheritdoc/>
    public override string Name => "cluster-exec";

    /// <inheritdoc/>
    public override string Description => "Upgrades, restarts and deploys across a cluster, and runs any command, one batch after another.";

    /// <inheritdoc/>
    public override string Example => "hutch run cluster-exec --bus-uri amqp://127.0.0.1 --config clusterexec.conf";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (var option in _fleet.All)
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        var settings = _fleet.Read(options);
        return [new ClusterExec(settings.BusUrl, settings.Bus, settings.Options<ClusterExecOptions>(), settings.Seal, loggers.CreateLogger<ClusterExec>())];
    }
}
