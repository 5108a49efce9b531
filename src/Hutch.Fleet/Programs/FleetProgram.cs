using System.CommandLine;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Programs;

/// <summary>A program of the fleet: one service on the bus, with the options that all of them share.</summary>
/// <param name="configuration">The name of the program's file in /etc/commissaire, without <c>.conf</c>.</param>
public abstract class FleetProgram(string configuration) : HutchProgram
{
    private readonly FleetOptions _fleet = new(configuration);

    /// <inheritdoc/>
    public override string Example => $"hutch run {Name} --bus-uri amqp://127.0.0.1 --config {configuration}.conf";

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
        return [CreateService(_fleet.Read(options), options, loggers)];
    }

    /// <summary>Makes the service.</summary>
    /// <exception cref="UserErrorException">The configuration is wrong.</exception>
    private protected abstract Service CreateService(FleetSettings settings, ParseResult options, ILoggerFactory loggers);
}
