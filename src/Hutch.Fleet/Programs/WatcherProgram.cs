using System.CommandLine;
using Hutch.Fleet.Watching;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Programs;

/// <summary><c>hutch run watcher</c>.</summary>
public sealed class WatcherProgram : HutchProgram
{
    private readonly FleetOptions _fleet = new("watcher");

    /// <inheritdoc/>
    public override string Name => "watcher";

    /// <inheritdoc/>
    public override string Description => "Checks every host at an interval and keeps its status true.";

    /// <inheritdoc/>
    public override string Example => "hutch run watcher --bus-uri amqp://127.0.0.1 --config watcher.conf";

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
        return [new Watcher(settings.BusUrl, settings.Bus, settings.Options<WatcherOptions>(), settings.Seal, loggers.CreateLogger<Watcher>())];
    }

    /// <inheritdoc/>
    public override string? Summary(IReadOnlyList<Service> services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var watcher = services.OfType<Watcher>().Single();
        return $"{watcher.Checks} checks of {watcher.Hosts} hosts, {watcher.Missed} without an answer";
    }
}
