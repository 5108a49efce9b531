using System.CommandLine;

namespace Hutch.Hosting;

/// <summary>
/// The options every service program has, under the names of the deployed systems too: std-daq's
/// (<c>--service_name</c>, <c>--json_config_file</c>, <c>--log_level</c>, <c>--broker_url</c>) and Commissaire's
/// (<c>-c/--config-file</c>, <c>--bus-exchange</c>, <c>--bus-uri</c>).
/// </summary>
public sealed class StartupOptions
{
    private readonly Option<string?> _serviceName = new("--service-name", "--service_name")
    {
        Description = $"Unique name of the service, such as facility.beamline.writer (environment: {StartupVariables.ServiceName})",
        HelpName = "name",
    };

    private readonly Option<string?> _configFile = new("--config-file", "-c", "--config", "--json_config_file")
    {
        Description = "JSON configuration, comments allowed; - reads standard input. Without it the store's key config.<service name> is used",
        HelpName = "file",
    };

    private readonly Option<string?> _logLevel = new("--log-level", "--log_level")
    {
        Description = $"trace, debug, info, warning, error or critical (environment: {StartupVariables.LogLevel}; default: info)",
        HelpName = "level",
    };

    private readonly Option<LogFormat> _logFormat = new("--log-format")
    {
        Description = "How log lines look on the console",
        DefaultValueFactory = _ => LogFormat.Text,
    };

    private readonly Option<string?> _busUri = new("--bus-uri", "--bus", "--broker_url")
    {
        Description = $"The bus: amqp://host, redis://host, memory://, or the host of a RabbitMQ broker (environment: {StartupVariables.BrokerHost}; default: amqp://127.0.0.1)",
        HelpName = "uri",
    };

    private readonly Option<string?> _busExchange = new("--bus-exchange")
    {
        Description = "The topic exchange of method calls (default: commissaire)",
        HelpName = "name",
    };

    private readonly Option<string?> _store = new("--store", "--redis_url")
    {
        Description = $"The store: redis://host:6379/0 or sqlite:///path (environment: {StartupVariables.RedisHost}, {StartupVariables.RedisPort}, {StartupVariables.RedisPassword}, {StartupVariables.RedisSkip}; default: none)",
        HelpName = "url",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (var option in new Option[] { _serviceName, _configFile, _logLevel, _logFormat, _busUri, _busExchange, _store })
            command.Options.Add(option);
    }

    /// <summary>What was given on the command line.</summary>
    public StartupArguments Read(ParseResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new StartupArguments
        {
            ServiceName = result.GetValue(_serviceName),
            ConfigFile = result.GetValue(_configFile),
            LogLevel = result.GetValue(_logLevel),
            LogFormat = result.GetValue(_logFormat),
            BusUri = result.GetValue(_busUri),
            BusExchange = result.GetValue(_busExchange),
            Store = result.GetValue(_store),
        };
    }
}
