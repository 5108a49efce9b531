using System.CommandLine;
using System.Net;
using Hutch.Hosting;
using Hutch.Reduction.Simulation;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Programs;

/// <summary><c>hutch run adara-simulator</c>.</summary>
public sealed class AdaraSimulatorProgram : HutchProgram
{
    private readonly Option<string> _address = new("--address") { Description = "The address to listen on.", DefaultValueFactory = _ => "127.0.0.1" };
    private readonly Option<int> _port = Number("--port", "The TCP port; 0: a free one.", 31415);
    private readonly Option<string> _instrument = new("--instrument") { Description = "The instrument's short name.", DefaultValueFactory = _ => "SIM", HelpName = "NAME" };
    private readonly Option<string?> _file = new("--file") { Description = "Send the events of a NeXus file repeatedly. Default: diamond powder.", HelpName = "FILE" };
    private readonly Option<double> _rate = new("--rate") { Description = "Pulses per second; 0: as fast as possible.", DefaultValueFactory = _ => 60, HelpName = "HZ" };
    private readonly Option<int> _events = Number("--events", "Events in a pulse.", 1000);
    private readonly Option<int> _banks = Number("--banks", "Detector banks.", 4);
    private readonly Option<int> _pixels = Number("--pixels", "Pixels of a bank.", 256);
    private readonly Option<int> _pulses = Number("--pulses", "Pulses of a run.", 3600);
    private readonly Option<int> _runs = Number("--runs", "Runs; 0: without end.", 0);
    private readonly Option<int> _firstRun = Number("--first-run", "The number of the first run.", 1);
    private readonly Option<int> _pauseEvery = Number("--pause-every", "Start a pause every this many pulses of a run; 0: never.", 0);
    private readonly Option<int> _pausePulses = Number("--pause-pulses", "The number of pulses in a pause.", 60);
    private readonly Option<string> _faults = new("--faults")
    {
        Description = "Faults: cut=N (connections cut in a packet), duplicate=N, damage=N, every N pulses; pieces=N, bytes.",
        DefaultValueFactory = _ => "",
        HelpName = "PLAN",
    };

    private readonly Option<int> _history = Number("--history", "MiB kept for clients that ask for earlier data.", 256);
    private readonly Option<int> _seed = Number("--seed", "The same seed gives the same events.", 1);

    /// <inheritdoc/>
    public override string Name => "adara-simulator";

    /// <inheritdoc/>
    public override string Description => "Serves the events of a simulated instrument, like a stream management service (ADARA).";

    /// <inheritdoc/>
    public override string Example => "hutch run adara-simulator --instrument PG3 --events 10000 --pulses 1200 --faults cut=600,duplicate=100";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (var option in new Option[] { _address, _port, _instrument, _file, _rate, _events, _banks, _pixels, _pulses, _runs, _firstRun, _pauseEvery, _pausePulses, _faults, _history, _seed })
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        int Within(int least, int most, Option<int> option) => options.GetValue(option) is var value && value >= least && value <= most
            ? value : throw new UsageErrorException($"{option.Name} is {value}, but must be {least} to {most}");
        if (!IPAddress.TryParse(options.GetValue(_address), out var address))
            throw new UsageErrorException($"--address is {options.GetValue(_address)}, but must be an address of this host, or 0.0.0.0 for all");
        if (options.GetValue(_rate) < 0)
            throw new UsageErrorException("--rate must be at least 0");
        return
        [
            new AdaraSimulator(new AdaraSimulatorOptions
            {
                Address = address,
                Port = Within(0, ushort.MaxValue, _port),
                Instrument = options.GetValue(_instrument)!,
                File = options.GetValue(_file),
                Rate = options.GetValue(_rate),
                Events = Within(0, 4_000_000, _events),
                Banks = Within(1, 10_000, _banks),
                Pixels = Within(1, 1_000_000, _pixels),
                PulsesPerRun = Within(1, int.MaxValue, _pulses),
                Runs = Within(0, int.MaxValue, _runs),
                FirstRun = Within(1, int.MaxValue / 2, _firstRun),
                PauseEvery = Within(0, int.MaxValue, _pauseEvery),
                PausePulses = Within(1, int.MaxValue, _pausePulses),
                Faults = AdaraFaults.Parse(options.GetValue(_faults)!),
                HistoryMb = Within(1, 1 << 20, _history),
                Seed = options.GetValue(_seed),
            }, loggers.CreateLogger<AdaraSimulator>()),
        ];
    }

    /// <inheritdoc/>
    public override string Summary(IReadOnlyList<Service> services)
    {
        var simulator = services.OfType<AdaraSimulator>().Single();
        return $"{simulator.Pulses} pulses, {simulator.Events} events sent";
    }

    private static Option<int> Number(string name, string what, int missing) => new(name) { Description = what, DefaultValueFactory = _ => missing, HelpName = "N" };
}
