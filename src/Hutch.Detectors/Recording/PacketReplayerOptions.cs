using System.Net;

namespace Hutch.Detectors.Recording;

/// <summary>How a recording is sent again.</summary>
public sealed record PacketReplayerOptions
{
    /// <summary>Where the datagrams go. Default: this host.</summary>
    public IPAddress Destination { get; init; } = IPAddress.Loopback;

    /// <summary>Added to each recorded port. Default 0.</summary>
    public int PortOffset { get; init; }

    /// <summary>1: as recorded; 2: twice as fast; 0: as fast as possible. Default 1.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Datagrams a second instead of the recorded times; 0: by <see cref="Speed"/>. Default 0.</summary>
    public double Rate { get; init; }
}
