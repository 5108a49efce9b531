using System.CommandLine;
using System.Net;
using Hutch.Detectors.Simulation;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Programs;

/// <summary><c>hutch run udp-simulator</c>.</summary>
public sealed class UdpSimulatorProgram : HutchProgram
{
    private readonly DetectorOptions _detector = new();
    private readonly Option<string> _destination = new("--destination") { Description = "The IPv4 address to send to.", DefaultValueFactory = _ => "127.0.0.1", HelpName = "ADDRESS" };
    private readonly Option<long> _images = new("--images", "-n") { Description = "Images to send; 0: no limit.", HelpName = "N" };
    private readonly Option<double> _rate = new("--rate") { Description = "Images a second; 0: as fast as possible.", DefaultValueFactory = _ => 10, HelpName = "HZ" };
    private readonly Option<ulong> _first = new("--first-image") { Description = "The id of the first image.", DefaultValueFactory = _ => 1, HelpName = "ID" };
    private readonly Option<string> _pattern = new("--pattern") { Description = "What the detector sees: test (every pixel is known), diffraction (Poisson counts and Bragg spots) or powder (Debye-Scherrer rings with counting noise).", DefaultValueFactory = _ => "test" };
    private readonly Option<double> _drop = Probability("--loss", "a packet is lost");
    private readonly Option<double> _duplicate = Probability("--duplicate", "a packet is sent twice");
    private readonly Option<double> _reorder = Probability("--reorder", "a packet changes places with the next");
    private readonly Option<double> _wrongSize = Probability("--wrong-size", "a datagram of a wrong size is sent before a packet");
    private readonly Option<double> _foreign = Probability("--foreign", "a packet is sent first with the number of another module");
    private readonly Option<int> _seed = new("--seed") { Description = "The same seed gives the same faults and counts.", DefaultValueFactory = _ => 1, HelpName = "N" };

    private readonly Option<int?> _restPort = new("--rest-port", "--rest_port") { Description = "Serve /status, /start and /stop on this port of 127.0.0.1, and send on command.", HelpName = "PORT" };
    private readonly Option<bool> _start = new("--start") { Description = "With --rest-port: send at once." };

    /// <inheritdoc/>
    public override string Name => "udp-simulator";

    /// <inheritdoc/>
    public override string Description => "Sends the UDP packets of a detector.";

    /// <inheritdoc/>
    public override string Example => "hutch run udp-simulator --config daq.json --images 100 --rate 20 --loss 0.01";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        _pattern.AcceptOnlyFromAmong([.. PixelPatterns.Names]);
        foreach (var option in new Option[] { _detector.Config, _destination, _images, _rate, _first, _pattern, _drop, _duplicate, _reorder, _wrongSize, _foreign, _seed, _restPort, _start })
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        if (!IPAddress.TryParse(options.GetValue(_destination), out var destination))
            throw new UsageErrorException($"--destination is {options.GetValue(_destination)}, but must be an IPv4 address such as 127.0.0.1");
        var seed = options.GetValue(_seed);
        var configuration = _detector.Read(options);
        var settings = new SimulatorSettings
        {
            Images = DetectorOptions.AtLeast(0, options, _images),
            Rate = DetectorOptions.AtLeast(0, options, _rate),
            FirstImageId = options.GetValue(_first),
            Pattern = options.GetValue(_pattern)!,
            Faults = new FaultPlan
            {
                Drop = options.GetValue(_drop),
                Duplicate = options.GetValue(_duplicate),
                Reorder = options.GetValue(_reorder),
                WrongSize = options.GetValue(_wrongSize),
                Foreign = options.GetValue(_foreign),
                Seed = seed,
            }.Checked(),
        };
        UdpSimulator Make(SimulatorSettings wanted) => new(configuration, wanted.Options(configuration, destination), loggers.CreateLogger<UdpSimulator>());
        return options.GetValue(_restPort) is { } port
            ? [new SimulatorServer(configuration.DetectorName, HttpAddress.Parse("127.0.0.1", port), settings, Make, options.GetValue(_start), loggers)]
            : [Make(settings)];
    }

    /// <inheritdoc/>
    public override string Summary(IReadOnlyList<Service> services)
    {
        var c = services.OfType<UdpSimulator>().SingleOrDefault()?.Counters ?? services.OfType<SimulatorServer>().Single().Counters;
        return $"{c.Images} images, {c.Packets} packets: {c.Dropped} dropped, {c.Duplicated} twice, {c.Reordered} reordered; {c.WrongSize} of a wrong size, {c.Foreign} foreign";
    }

    private static Option<double> Probability(string name, string what) => new(name) { Description = $"The probability that {what}.", HelpName = "P" };
}
