using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Hutch.Epics.Serving;

namespace Hutch.Epics.Programs;

/// <summary>The options of programs that serve channel access.</summary>
internal sealed class ServingOptions
{
    public Option<string> Bind { get; } = new("--bind") { Description = "The address to serve on; 0.0.0.0: all.", DefaultValueFactory = _ => "127.0.0.1", HelpName = "ADDRESS" };

    public Option<int> Port { get; } = new("--port") { Description = "The UDP port of searches, and the TCP port if it is free (environment: EPICS_CA_SERVER_PORT).", DefaultValueFactory = _ => Number("EPICS_CA_SERVER_PORT", CaServerOptions.DefaultPort), HelpName = "PORT" };

    public Option<string[]> PutFrom { get; } = new("--put-from") { Description = "An address from which clients may put; may be repeated.", HelpName = "ADDRESS" };

    public IEnumerable<Option> All => [Bind, Port, PutFrom];

    /// <summary>What was chosen.</summary>
    /// <param name="options">The command line.</param>
    /// <param name="putFromAnywhere">Whether, without <c>--put-from</c>, all may put; otherwise only this machine may.</param>
    public CaServerOptions Read(ParseResult options, bool putFromAnywhere)
    {
        var port = options.GetValue(Port);
        if (port is < 0 or > ushort.MaxValue)
            throw new UsageErrorException($"--port is {port}; it must be 0 to 65535");
        var allowed = (options.GetValue(PutFrom) ?? []).Select(a => Address("--put-from", a)).ToList();
        return new CaServerOptions
        {
            Address = Address("--bind", options.GetValue(Bind)!),
            Port = port,
            PutFrom = allowed.Count > 0 ? allowed : putFromAnywhere ? null : [IPAddress.Loopback],
            Beacons = [new IPEndPoint(IPAddress.Loopback, Number("EPICS_CA_REPEATER_PORT", 5065))],
        };
    }

    private static IPAddress Address(string option, string text) =>
        IPAddress.TryParse(text == "localhost" ? "127.0.0.1" : text, out var address) && address.AddressFamily == AddressFamily.InterNetwork
            ? address
            : throw new UsageErrorException($"{option} is {text}; it must be an IPv4 address such as 127.0.0.1; channel access supports no other");

    private static int Number(string variable, int otherwise) => ushort.TryParse(Environment.GetEnvironmentVariable(variable), out var number) && number > 0 ? number : otherwise;
}
