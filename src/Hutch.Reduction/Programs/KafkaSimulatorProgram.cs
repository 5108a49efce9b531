using System.CommandLine;
using Hutch.Hosting;
using Hutch.Reduction.Simulation;
using Hutch.Reduction.Sources.Kafka;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Programs;

/// <summary><c>hutch run kafka-simulator</c>.</summary>
public sealed class KafkaSimulatorProgram : HutchProgram
{
    private readonly Option<string?> _broker = new("--broker") { Description = "The broker to send to. Default: a test broker of its own, whose address it logs.", HelpName = "HOST:PORT" };
    private readonly Option<string?> _properties = new("--kafka-config") { Description = "A librdkafka properties file (one name=value per line, as for kcat -F): encryption, logins.", HelpName = "FILE" };
    private readonly Option<string> _instrument = new("--instrument") { Description = "Topics are NAME_events, NAME_runInfo and NAME_sampleEnv.", DefaultValueFactory = _ => "SIM", HelpName = "NAME" };
    private readonly Option<double> _rate = new("--rate") { Description = "Pulses per second; 0: as fast as possible.", DefaultValueFactory = _ => 14, HelpName = "HZ" };
    private readonly Option<int> _events = Number("--events", "Events in a pulse.", 1000);
    private readonly Option<int> _banks = Number("--banks", "Detector banks.", 2);
    private readonly Option<int> _pixels = Number("--pixels", "Pixels of a bank.", 512);
    private readonly Option<int> _pulses = Number("--pulses", "Pulses of a run.", 140);
    private readonly Option<int> _runs = Number("--runs", "Runs; 0: without end.", 0);
    private readonly Option<int> _seed = Number("--seed", "The same seed gives the same events.", 1);

    /// <inheritdoc/>
    public override string Name => "kafka-simulator";

    /// <inheritdoc/>
    public override string Description => "Sends events of a simulated instrument to Kafka (ev44, f144, pl72, 6s4t).";

    /// <inheritdoc/>
    public override string Example => "hutch run kafka-simulator --broker localhost:9092 --instrument LOKI --rate 14 --events 100000";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (var option in new Option[] { _broker, _properties, _instrument, _rate, _events, _banks, _pixels, _pulses, _runs, _seed })
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        int AtLeast(int least, Option<int> option) => options.GetValue(option) is var value && value >= least
            ? value : throw new UsageErrorException($"{option.Name} is {value}, but must be at least {least}");
        if (options.GetValue(_rate) < 0)
            throw new UsageErrorException("--rate must be at least 0");
        return
        [
            new KafkaSimulator(new KafkaSimulatorOptions
            {
                Brokers = options.GetValue(_broker),
                Properties = KafkaProperties.Read(options.GetValue(_properties)),
                Instrument = options.GetValue(_instrument)!,
                Rate = options.GetValue(_rate),
                Events = AtLeast(0, _events),
                Banks = AtLeast(1, _banks),
                Pixels = AtLeast(1, _pixels),
                PulsesPerRun = AtLeast(1, _pulses),
                Runs = AtLeast(0, _runs),
                Seed = options.GetValue(_seed),
            }, loggers.CreateLogger<KafkaSimulator>()),
        ];
    }

    /// <inheritdoc/>
    public override string Summary(IReadOnlyList<Service> services)
    {
        var simulator = services.OfType<KafkaSimulator>().Single();
        return $"{simulator.Pulses} pulses, {simulator.Events} events sent; {simulator.Failed} messages failed";
    }

    private static Option<int> Number(string name, string what, int missing) => new(name) { Description = what, DefaultValueFactory = _ => missing, HelpName = "N" };
}
