using System.CommandLine;
using Hutch.Fleet.Watching;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Programs;

/// <summary><c>hutch run watcher</c>.</summary>
public sealed class WatcherProgram() : FleetProgram("watcher")
{
    /// <inheritdoc/>
    public override string Name => "watcher";

    /// <inheritdoc/>
    public override string Description => "Checks every host at an interval and keeps its status up to date.";

    /// <inheritdoc/>
    public override string? Summary(IReadOnlyList<Service> services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var watcher = services.OfType<Watcher>().Single();
        return $"{watcher.Checks} checks of {watcher.Hosts} hosts, {watcher.Missed} without an answer";
    }

    private protected override Service CreateService(FleetSettings settings, ParseResult options, ILoggerFactory loggers) =>
        new Watcher(settings.BusUrl, settings.Bus, settings.Options<WatcherOptions>(), settings.Seal, loggers.CreateLogger<Watcher>());
}
