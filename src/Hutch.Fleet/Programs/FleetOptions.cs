using System.CommandLine;
using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Fleet.Secrets;
using Hutch.Hosting;

namespace Hutch.Fleet.Programs;

/// <summary>The options that the programs of the fleet share, those of Commissaire's services among them.</summary>
/// <param name="configuration">The name of the program's file in /etc/commissaire.</param>
internal sealed class FleetOptions(string configuration)
{
    private readonly Option<string?> _config = new("--config-file", "-c", "--config")
    {
        Description = $"JSON configuration, comments allowed; - reads standard input. Default: {DefaultFile(configuration)}, if it exists.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _bus = new("--bus-uri", "--bus", "--broker_url")
    {
        Description = $"The bus: amqp://host, redis://host/0, ... (environment: HUTCH_BUS; configuration: bus_uri; default: {BusAddress.Default}).",
        HelpName = "URL",
    };

    private readonly Option<string?> _exchange = new("--bus-exchange") { Description = $"The topic exchange of calls (configuration: bus_exchange; default: {BusOptions.DefaultExchange}).", HelpName = "NAME" };

    private readonly Option<string?> _keyRing = new("--key-ring")
    {
        Description = $"The folder with the keys that seal secrets (configuration: key_ring; default: {SecretSeal.DefaultFolder}). Services on other machines need a copy.",
        HelpName = "FOLDER",
    };

    public IReadOnlyList<Option> All => [_config, _bus, _exchange, _keyRing];

    /// <summary>Reads the options and the configuration.</summary>
    /// <exception cref="UserErrorException">The configuration is wrong, or one that was named is missing.</exception>
    public FleetSettings Read(ParseResult options)
    {
        var file = options.GetValue(_config) ?? (File.Exists(DefaultFile(configuration)) ? DefaultFile(configuration) : null);
        var config = file is null ? [] : JsonConfig.Parse(JsonConfig.ReadText(file, Console.In), file, hyphensToUnderscores: true);
        JsonConfig.ExpandVariables(config, Environment.GetEnvironmentVariable, $"configuration {file}");
        string? Member(string name) => config[name] switch
        {
            null => null,
            JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.String => value.GetValue<string>(),
            var other => throw new UserErrorException($"configuration {file}: {name} is {other.ToJsonString()}; it must be a string"),
        };
        var url = options.GetValue(_bus) ?? (Environment.GetEnvironmentVariable("HUTCH_BUS") is { Length: > 0 } bus ? bus : null) ?? Member("bus_uri") ?? BusAddress.Default;
        return new FleetSettings
        {
            BusUrl = BusAddress.Complete(url),
            Bus = new BusOptions { Exchange = options.GetValue(_exchange) ?? Member("bus_exchange") ?? BusOptions.DefaultExchange },
            Seal = new SecretSeal(options.GetValue(_keyRing) ?? Member("key_ring") ?? SecretSeal.DefaultFolder),
            Config = config,
            Source = file ?? "the defaults",
        };
    }

    private static string DefaultFile(string name) => $"/etc/commissaire/{name}.conf";
}
