using System.Net;

namespace Hutch.Epics.Serving;

/// <summary>Where a <see cref="CaServer"/> listens, and what it lets clients do.</summary>
public sealed record CaServerOptions
{
    /// <summary>The port of channel access servers (<c>EPICS_CA_SERVER_PORT</c>).</summary>
    public const int DefaultPort = 5064;

    /// <summary>The address to listen on. Default: 127.0.0.1, only this machine.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The UDP port of searches, and the TCP port if it is free. Default: 5064. 0: the system chooses.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>Where beacons, which tell clients of a start, go. Default: port 5065 (the repeater) of this machine.</summary>
    public IReadOnlyList<IPEndPoint> Beacons { get; init; } = [new(IPAddress.Loopback, 5065)];

    /// <summary>From which addresses clients may put, into writable PVs. Default: null, from any that can reach the server.</summary>
    public IReadOnlyList<IPAddress>? PutFrom { get; init; }

    /// <summary>The maximum number of clients. Default: 1000; a site has tens of gateways and displays.</summary>
    public int MaximumCircuits { get; init; } = 1000;

    /// <summary>The largest number of channels of one client. Default: 100000, ten times the largest archiver's engine.</summary>
    public int MaximumChannels { get; init; } = 100_000;

    /// <summary>The largest payload that a client may send, in bytes. Default: 64 MiB.</summary>
    public int MaximumPayload { get; init; } = 64 << 20;

    /// <summary>How many names a second are looked up for searches by UDP; more are left unanswered and counted. Default: 100000.</summary>
    public int MaximumSearches { get; init; } = 100_000;

    /// <summary>Bytes that wait for one client before only the newest value of each monitor is kept. Default: 1 MiB.</summary>
    public int HighWater { get; init; } = 1 << 20;
}
