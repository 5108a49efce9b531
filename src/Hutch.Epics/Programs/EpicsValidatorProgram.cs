using System.CommandLine;
using Hutch.Bus.Requests;
using Hutch.Epics.Validation;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Programs;

/// <summary><c>hutch run epics-validator</c>.</summary>
public sealed class EpicsValidatorProgram : HutchProgram
{
    private readonly Argument<string?> _primary = new("PRIMARY") { Description = "The service name of the writer. Default: epics-writer.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _primaryOption = new("--primary") { Description = "The same, for beamline files.", HelpName = "NAME" };
    private readonly RequestOptions _requests = new("epics-validator");

    /// <inheritdoc/>
    public override string Name => "epics-validator";

    /// <inheritdoc/>
    public override string Description => "Checks each file written by an epics-writer, and appends to the run log of its request.";

    /// <inheritdoc/>
    public override string Example => "hutch run epics-validator epics-writer --bus amqp://127.0.0.1";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Arguments.Add(_primary);
        foreach (var option in new Option[] { _primaryOption, _requests.Bus, _requests.Tag, _requests.ServiceName })
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        var primary = options.GetValue(_primary) ?? options.GetValue(_primaryOption) ?? "epics-writer";
        var name = options.GetValue(_requests.ServiceName)!;
        if (name == primary)
            throw new UsageErrorException($"--service-name is {name}, the name of the writer; give the validator another name");
        var logger = loggers.CreateLogger<PvValidator>();
        var bus = _requests.Open(options, loggers);
        var validator = new PvValidator(primary, logger);
        return [new StatusListener(name + "-statuses", bus, validator.OnStatus, logger), new PostProcessingService(bus, name, primary, validator, _requests.Service(options, null), logger)];
    }
}
