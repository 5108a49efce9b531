using System.CommandLine;
using Hutch.Fleet.Investigation;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Programs;

/// <summary><c>hutch run investigator</c>.</summary>
public sealed class InvestigatorProgram : HutchProgram
{
    private readonly FleetOptions _fleet = new("investigator");

    /// <inheritdoc/>
    public override string Name => "investigator";

    /// <inheritdoc/>
    public override string Description => "Finds out about new hosts by SSH and makes them Hutch nodes.";

    /// <inheritdoc/>
    public override string Example => "hutch run investigator --bus-uri amqp://127.0.0.1 --config investigator.conf";

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
        return [new Investigator(settings.BusUrl, settings.Bus, settings.Options<InvestigatorOptions>(), settings.Seal, loggers.CreateLogger<Investigator>())];
    }
}
