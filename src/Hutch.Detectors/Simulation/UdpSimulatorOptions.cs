using System.Net;

namespace Hutch.Detectors.Simulation;

/// <summary>Settings of a simulator.</summary>
public sealed record UdpSimulatorOptions
{
    /// <summary>Where the packets go. Default: this machine.</summary>
    public IPAddress Destination { get; init; } = IPAddress.Loopback;

    /// <summary>Images to send; 0 means no limit. Default 0.</summary>
    public long Images { get; init; }

    /// <summary>Images per second; 0 means as fast as possible. Default 10.</summary>
    public double Rate { get; init; } = 10;

    /// <summary>The id of the first image. Default 1.</summary>
    public ulong FirstImageId { get; init; } = 1;

    /// <summary>What the detector sees. Default: the test pattern.</summary>
    public IPixelPattern Pattern { get; init; } = new TestPattern();

    /// <summary>What the network does to the packets. Default: nothing.</summary>
    public FaultPlan Faults { get; init; } = FaultPlan.None;
}
