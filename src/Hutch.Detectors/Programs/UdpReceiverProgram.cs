using System.CommandLine;
using System.Net;
using Hutch.Detectors.Receiving;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Programs;

/// <summary><c>hutch run udp-receiver</c>.</summary>
public sealed class UdpReceiverProgram : HutchProgram
{
    private readonly DetectorOptions _detector = new();
    private readonly PlacementOptions _placement = new();
    private readonly Option<int[]> _modules = new("--module", "-m") { Description = "A module to receive; may be repeated. Default: all active ones.", HelpName = "M" };
    private readonly Option<string> _address = new("--address") { Description = "The address to receive on.", DefaultValueFactory = _ => "0.0.0.0" };
    private readonly Option<bool> _ownModuleOnly = new("--own-module-only") { Description = "Reject packets that name another module than the port's." };

    /// <inheritdoc/>
    public override string Name => "udp-receiver";

    /// <inheritdoc/>
    public override string Description => "Receives the UDP packets of detector modules into shared memory.";

    /// <inheritdoc/>
    public override string Example => "hutch run udp-receiver --config daq.json --module 0";

    /// <inheritdoc/>
    public override void AddOptions(Command command)
    {
        foreach (var option in new Option[] { _detector.Config, _modules, _address, _detector.FrameSlots, _ownModuleOnly, _placement.Cpu, _placement.RealTime })
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Service> CreateServices(ParseResult options, ILoggerFactory loggers)
    {
        var configuration = _detector.Read(options);
        var active = configuration.ActiveModules;
        var modules = options.GetValue(_modules) is { Length: > 0 } chosen ? chosen : [.. active];
        if (modules.Where(m => !active.Contains(m)).ToList() is { Count: > 0 } wrong)
            throw new UsageErrorException($"--module {string.Join(", ", wrong)}: not an active module of {configuration.DetectorName}, which has {string.Join(", ", active)}");
        if (!IPAddress.TryParse(options.GetValue(_address), out var address))
            throw new UsageErrorException($"--address is {options.GetValue(_address)}, but must be an IPv4 address of this host, or 0.0.0.0 for all");
        var settings = new UdpReceiverOptions
        {
            Address = address,
            FrameSlots = DetectorOptions.AtLeast(1, options, _detector.FrameSlots),
            OwnModuleOnly = options.GetValue(_ownModuleOnly),
        };
        return _placement.Place([.. modules.Select(m => new UdpReceiver(configuration, m, settings, loggers.CreateLogger<UdpReceiver>()))], options);
    }

    /// <inheritdoc/>
    public override string Summary(IReadOnlyList<Service> services)
    {
        var counters = services.OfType<UdpReceiver>().Select(r => r.Counters).ToList();
        return $"{counters.Sum(c => c.CompleteFrames)} complete frames, {counters.Sum(c => c.IncompleteFrames)} incomplete ones with "
            + $"{counters.Sum(c => c.MissingPackets)} packets missing; {counters.Sum(c => c.KernelDrops)} dropped by the kernel, "
            + $"{counters.Sum(c => c.Duplicates)} duplicate, {counters.Sum(c => c.Late)} late, {counters.Sum(c => c.WrongSize)} of a wrong size, {counters.Sum(c => c.Foreign)} foreign; "
            + $"taken with an unknown header version {counters.Sum(c => c.UnknownFormat)}, naming another module {counters.Sum(c => c.OtherModule)}";
    }
}
