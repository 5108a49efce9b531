using System.Collections.Concurrent;

namespace Hutch.Detectors.Simulation;

/// <summary>What a simulator has done. Written by its thread, readable from any.</summary>
public sealed class SimulatorCounters
{
    /// <summary>Images sent.</summary>
    public long Images { get; internal set; }

    /// <summary>Packets that the images consist of, dropped ones included.</summary>
    public long Packets { get; internal set; }

    /// <summary>Packets not sent.</summary>
    public long Dropped { get; internal set; }

    /// <summary>Packets sent twice.</summary>
    public long Duplicated { get; internal set; }

    /// <summary>Packets that changed places.</summary>
    public long Reordered { get; internal set; }

    /// <summary>Datagrams of a wrong size sent.</summary>
    public long WrongSize { get; internal set; }

    /// <summary>Packets of other modules sent.</summary>
    public long Foreign { get; internal set; }

    /// <summary>Which packets were not sent.</summary>
    public ConcurrentDictionary<(ulong ImageId, int Module), List<int>> DroppedPackets { get; } = new();
}
