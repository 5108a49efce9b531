using System.CommandLine;
using Hutch.Epics.Serving;
using Hutch.Epics.Simulation;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Programs;

/// <summary><c>hutch run ioc-simulator FILE</c>.</summary>
public sealed class IocSimulatorProgram : HutchProgram
{
    private readonly Argument<string> _file = new("FILE") { Description = "The PVs, as JSON.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _config = new("--config") { Description = "The same, for beamline files.", HelpName = "FILE" };
    private readonly Option<string?> _record = new("--record") { Description = "A file to record every posted value in, one JSON line each.", HelpName = "FILE" };
    private readonly ServingOptions _serving = new();

    /// <inheritdoc/>
    public override string Name => "ioc-simulator";

    /// <inheritdoc/>
    public override string Description => "Serves simulated PVs over channel access.";

    /// <inheritdoc/>
    public override string Example => "hutch run ioc-simulator examples/epics/ioc.json";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Arguments.Add(_file);
        foreach (var option in new Option[] { _config, _record }.Concat(_serving.All))
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        var file = options.GetValue(_file) ?? options.GetValue(_config) ?? throw new UsageErrorException("name the file with the PVs: hutch run ioc-simulator FILE");
        var simulator = new IocSimulator(SimulatorConfiguration.Read(file), options.GetValue(_record), loggers.CreateLogger<IocSimulator>());
        return [new CaServer("ioc-server", simulator.Pvs, _serving.Read(options, putFromAnywhere: true), loggers.CreateLogger<CaServer>()), simulator];
    }

    /// <inheritdoc/>
    public override string Summary(IReadOnlyList<Service> services)
    {
        var counters = services.OfType<CaServer>().Single().Counters;
        return $"{services.OfType<IocSimulator>().Single().Posted} values were posted; {counters.Updates} sent to monitors, {counters.Overwritten} overwritten by newer ones, "
            + $"{counters.Puts} puts, {counters.PutsRefused} refused";
    }
}
