using Hutch.Detectors.Assembly;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Receiving;

namespace Hutch.Detectors.Diagnosis;

/// <summary>What the data flow of a detector needs of its host; without a detector, what the usual ones need.</summary>
public sealed record HostNeeds
{
    private const long FramesInBacklog = 4;

    /// <summary>Bytes of a receiver's socket buffer.</summary>
    public long SocketBuffer { get; init; } = new UdpReceiverOptions().SocketBufferBytes;

    /// <summary>Packets that the kernel keeps for a processor that is busy.</summary>
    public long Backlog { get; init; } = 10_000;

    /// <summary>Bytes of all rings.</summary>
    public long Rings { get; init; } = 1L << 30;

    /// <summary>Files and sockets of a program that runs all components.</summary>
    public long OpenFiles { get; init; } = 4096;

    /// <summary>The detector's name, or null.</summary>
    public string? Detector { get; init; }

    /// <summary>The needs of a detector.</summary>
    /// <param name="configuration">The detector.</param>
    /// <param name="frameSlots">Slots of each frame ring.</param>
    /// <param name="requestedImageSlots">Slots of the image ring; 0: as the configuration says.</param>
    public static HostNeeds Of(DaqConfiguration configuration, int frameSlots = 1000, int requestedImageSlots = 0)
    {
        var usual = new HostNeeds();
        var layout = configuration.Kind.Layout(configuration);
        var modules = configuration.ActiveModules.Count;
        var imageSlots = new AssemblerOptions { RequestedImageSlots = requestedImageSlots }.ImageSlots(configuration);
        return usual with
        {
            Detector = configuration.DetectorName,
            Backlog = Math.Max(usual.Backlog, FramesInBacklog * modules * layout.PacketsPerFrame),
            Rings = (modules * layout.SlotBytes * frameSlots) + (configuration.ImageBytes * imageSlots),
            // A socket, a ring with its generations and a channel a module, with several descriptors each.
            OpenFiles = Math.Max(usual.OpenFiles, 64 * modules),
        };
    }
}
