using System.Net;
using System.Text.Json.Nodes;
using Hutch.Detectors.Configuration;
using Hutch.Hosting;
using Hutch.Web.Security;

namespace Hutch.Web;

/// <summary>The settings of the <c>rest</c> program.</summary>
public sealed record RestSettings
{
    /// <summary>Where it listens. Default: port 5000 of this machine only.</summary>
    public HttpAddress Address { get; init; } = new(IPAddress.Loopback, 5000);

    /// <summary>The detector as its configuration file has it.</summary>
    public required DaqConfiguration Configuration { get; init; }

    /// <summary>The same as JSON, with all members.</summary>
    public required JsonObject ConfigurationJson { get; init; }

    /// <summary>Slots of the image ring; 0 takes them from the configuration.</summary>
    public int ImageSlots { get; init; }

    /// <summary>Whether the compressed images are written.</summary>
    public bool Compressed { get; init; }

    /// <summary>Where the simulator answers. Default: the deployed place.</summary>
    public Uri Simulator { get; init; } = new("http://localhost:5001");

    /// <summary>The ZeroMQ endpoint of the live stream. Default: the deployed one.</summary>
    public string LiveStream { get; init; } = "tcp://127.0.0.1:20000";

    /// <summary>The bus for requests and methods; null for none.</summary>
    public string? Bus { get; init; }

    /// <summary>The tag of write requests on the bus. Default: the detector's name.</summary>
    public required string RequestTag { get; init; }

    /// <summary>The beamline whose services are shown and controlled; null for the only one that runs.</summary>
    public string? Beamline { get; init; }

    /// <summary>Who may do what.</summary>
    public AccessTokens Tokens { get; init; } = AccessTokens.None;

    /// <summary>Web pages of other servers that may use this one.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>The largest body of a request in bytes. Default 1 MiB: the largest configurations have some 100 kB.</summary>
    public long LargestBody { get; init; } = 1 << 20;

    /// <summary>How long the body of a request may take to arrive. Default 30 s.</summary>
    public TimeSpan BodyTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections in all. Default 2000: each is a descriptor, of which a process has 1024 at least and mostly far more.</summary>
    public int Connections { get; init; } = 2000;

    /// <summary>Connections that one client may have. Default 200.</summary>
    public int ConnectionsPerClient { get; init; } = 200;

    /// <summary>Answers without an end (live view, events, logs that are followed) in all. Default 256.</summary>
    public int Streams { get; init; } = 256;

    /// <summary>Streams that one client may have open. Default 100: a page of the console has two, and all who come through a reverse proxy are one client.</summary>
    public int StreamsPerClient { get; init; } = 100;

    /// <summary>Requests a second that one client may make, and as many in a burst. Default 1000.</summary>
    public int RequestsPerSecond { get; init; } = 1000;

    /// <summary>The folder of the configuration files of <c>/api/config</c>; null switches that off.</summary>
    public string? ConfigFolder { get; init; }

    /// <summary>Servers that configurations may be passed on to.</summary>
    public IReadOnlyList<string> Secondaries { get; init; } = [];

    /// <summary>The secret that the servers of a configuration share; null for none.</summary>
    public string? ConfigSecret { get; init; }
}
