using System.CommandLine;
using Hutch.Detectors.Daq;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Programs;

/// <summary><c>hutch run config-deployer</c>.</summary>
public sealed class ConfigDeployerProgram : HutchProgram
{
    private readonly Argument<string?> _fileArgument = new("FILE") { Description = "The configuration file of this server.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Argument<string?> _serverArgument = new("SERVER_NAME") { Description = "The name this server reports under. Default: the host name.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _file = new("--config", "-c") { Description = "The same as FILE.", HelpName = "FILE" };
    private readonly Option<string?> _server = new("--server-name") { Description = "The same as SERVER_NAME.", HelpName = "NAME" };
    private readonly Option<string[]> _restart = new("--restart-service") { Description = "A service of the beamline to restart when the file has changed; may be repeated.", HelpName = "SERVICE" };
    private readonly Option<string[]> _restartTag = new("--restart-tag") { Description = "A tag of services to restart; may be repeated.", HelpName = "TAG" };
    private readonly Option<string?> _beamline = new("--beamline", "-b") { Description = "The beamline they belong to, if several run.", HelpName = "NAME" };
    private readonly StoreOptions _store = new();

    /// <inheritdoc/>
    public override string Name => "config-deployer";

    /// <inheritdoc/>
    public override string Description => "Writes the configuration file of a server when the configuration in the store changes, and restarts the services that use it.";

    /// <inheritdoc/>
    public override string Example => "hutch run config-deployer /etc/hutch/daq.json daq1 --store redis://127.0.0.1:6379/0 --restart-tag daq";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Arguments.Add(_fileArgument);
        command.Arguments.Add(_serverArgument);
        foreach (var option in new Option[] { _file, _server, _restart, _restartTag, _beamline, _store.Store })
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        var file = options.GetValue(_file) ?? options.GetValue(_fileArgument) ?? throw new UsageErrorException("no file is given; name it with --config FILE");
        var settings = new ConfigDeployerOptions
        {
            File = Path.GetFullPath(file),
            ServerName = options.GetValue(_server) ?? options.GetValue(_serverArgument) ?? Environment.MachineName,
            Restart = options.GetValue(_restart) ?? [],
            RestartTags = options.GetValue(_restartTag) ?? [],
            Beamline = options.GetValue(_beamline),
        };
        var store = _store.Open(options, DetectorOf(file), loggers.CreateLogger("store"));
        return [new ConfigDeployer(store, settings, loggers.CreateLogger<ConfigDeployer>())];
    }

    // The embedded store has the detector's name, which the file says if it is there already.
    private static string DetectorOf(string file) =>
        File.Exists(file) ? Configuration.DaqConfigurationFile.Read(file).DetectorName : Path.GetFileNameWithoutExtension(file);
}
