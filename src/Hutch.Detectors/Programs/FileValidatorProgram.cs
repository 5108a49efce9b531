using System.CommandLine;
using Hutch.Detectors.Daq;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Programs;

/// <summary><c>hutch run file-validator</c>.</summary>
public sealed class FileValidatorProgram : HutchProgram
{
    private readonly DetectorOptions _detector = new();
    private readonly StoreOptions _store = new();
    private readonly Option<string?> _name = new("--server-name") { Description = "The name it signs its reports with. Default: the host name.", HelpName = "NAME" };

    /// <inheritdoc/>
    public override string Name => "file-validator";

    /// <inheritdoc/>
    public override string Description => "Checks every finished file against its acquisition, and adds a report and a thumbnail to the store.";

    /// <inheritdoc/>
    public override string Example => "hutch run file-validator --config daq.json --store redis://127.0.0.1:6379/0";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (var option in new Option[] { _detector.Config, _store.Store, _name })
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        var configuration = _detector.Read(options);
        return [new FileValidator(_store.Open(options, configuration.DetectorName, loggers.CreateLogger("store")), configuration,
            options.GetValue(_name) ?? Environment.MachineName, loggers.CreateLogger<FileValidator>())];
    }

    /// <inheritdoc/>
    public override string Summary(IReadOnlyList<Service> services) => $"{services.OfType<FileValidator>().Single().Looked} acquisitions were checked";
}
