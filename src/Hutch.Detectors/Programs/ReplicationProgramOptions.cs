using System.CommandLine;
using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Replication;

namespace Hutch.Detectors.Programs;

/// <summary>The options that <c>stream-send</c> and <c>stream-receive</c> share.</summary>
internal sealed class ReplicationProgramOptions(string addressDescription)
{
    private readonly Option<string[]> _addresses = new("--address", "-a") { Description = addressDescription, HelpName = "tcp://HOST:PORT" };
    private readonly Option<int[]> _parts = new("--part") { Description = "A part of the images to transfer; may be repeated. Default: all.", HelpName = "P" };

    internal DetectorOptions Detector { get; } = new();

    internal PlacementOptions Placement { get; } = new();

    internal Option<int> Queue { get; } = new("--queue") { Description = "Images queued for a slow receiver, each with the memory of its part.", DefaultValueFactory = _ => 50, HelpName = "N" };

    internal void AddTo(Command command, params Option[] more)
    {
        foreach (var option in new Option[] { Detector.Config, _addresses, _parts, Detector.ImageSlots, Placement.Cpu, Placement.RealTime }.Concat(more))
            command.Options.Add(option);
    }

    /// <summary>The parts that were asked for, each with its address.</summary>
    internal IReadOnlyList<(ImagePart Part, string Endpoint)> Parts(ParseResult options, DaqConfiguration configuration)
    {
        var all = ImageParts.Of(configuration);
        var wanted = options.GetValue(_parts) is { Length: > 0 } chosen ? chosen : [.. all.Select(p => p.Number)];
        if (wanted.Where(p => p < 0 || p >= all.Count).ToList() is { Count: > 0 } wrong)
            throw new UsageErrorException($"--part {string.Join(", ", wrong)}: images of {configuration.DetectorName} need the parts 0 to {all.Count - 1}");
        if (options.GetValue(_addresses) is not { Length: > 0 } addresses)
            throw new UsageErrorException("--address is missing: tcp://HOST:PORT");
        return [.. wanted.Distinct().Select(p => (all[p], StreamEndpoints.Of(addresses, p, all.Count)))];
    }

    internal ReplicationOptions Settings(ParseResult options, DaqConfiguration configuration) => new()
    {
        ImageSlots = new AssemblerOptions { RequestedImageSlots = Detector.RequestedImageSlots(options) }.ImageSlots(configuration),
    };
}
