using System.CommandLine;
using Hutch.Fleet.Containers;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Programs;

/// <summary><c>hutch run container-manager</c>.</summary>
public sealed class ContainerManagerProgram : HutchProgram
{
    private readonly FleetOptions _fleet = new("containermgr");

    /// <inheritdoc/>
    public override string Name => "container-manager";

    /// <inheritdoc/>
    public override string Description => "Makes hosts nodes of Kubernetes, Podman, Docker or plain systemd, and runs containers on them.";

    /// <inheritdoc/>
    public override string Example => "hutch run container-manager --bus-uri amqp://127.0.0.1 --config containermgr.conf";

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
        var configured = ContainerManagers.Read(settings.Config["container_handlers"]);
        return [new ContainerManagerService(settings.BusUrl, settings.Bus, settings.Options<ContainerManagerOptions>(), configured, settings.Seal, loggers.CreateLogger<ContainerManagerService>())];
    }
}
