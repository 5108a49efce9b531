using System.CommandLine;
using Hutch.Fleet.Investigation;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Programs;

/// <summary><c>hutch run investigator</c>.</summary>
public sealed class InvestigatorProgram() : FleetProgram("investigator")
{
    /// <inheritdoc/>
    public override string Name => "investigator";

    /// <inheritdoc/>
    public override string Description => "Investigates new hosts over SSH and makes them Hutch nodes.";

    private protected override Service CreateService(FleetSettings settings, ParseResult options, ILoggerFactory loggers) =>
        new Investigator(settings.BusUrl, settings.Bus, settings.Options<InvestigatorOptions>(), settings.Seal, loggers.CreateLogger<Investigator>());
}
