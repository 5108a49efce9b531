using System.CommandLine;
using Hutch.Fleet.Containers;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Programs;

/// <summary><c>hutch run container-manager</c>.</summary>
public sealed class ContainerManagerProgram() : FleetProgram("containermgr")
{
    /// <inheritdoc/>
    public override string Name => "container-manager";

    /// <inheritdoc/>
    public override string Description => "Makes hosts nodes of Kubernetes, Podman, Docker or plain systemd, and runs containers on them.";

    private protected override Service CreateService(FleetSettings settings, ParseResult options, ILoggerFactory loggers) =>
        new ContainerManagerService(settings.BusUrl, settings.Bus, settings.Options<ContainerManagerOptions>(),
            ContainerManagers.Read(settings.Config["container_handlers"]), settings.Seal, loggers.CreateLogger<ContainerManagerService>());
}
