using System.Net;

namespace Hutch.Hosting;

/// <summary>Where an HTTP server listens.</summary>
/// <param name="Address">The address of an interface, or <see cref="IPAddress.Any"/>.</param>
/// <param name="Port">The port; 0 lets the system choose one.</param>
public sealed record HttpAddress(IPAddress Address, int Port)
{
    /// <summary>Whether only programs of this machine can reach it.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Address);

    /// <summary>Reads what was given on a command line.</summary>
    /// <exception cref="UsageErrorException">It is not an address, or not a port.</exception>
    public static HttpAddress Parse(string bind, int port)
    {
        if (!IPAddress.TryParse(bind == "localhost" ? "127.0.0.1" : bind, out var address))
            throw new UsageErrorException($"--bind is {bind}, but must be an IP address such as 127.0.0.1 (this machine only) or 0.0.0.0 (everyone)");
        if (port is < 0 or > 65535)
            throw new UsageErrorException($"the port is {port}, but must be 0 to 65535");
        return new HttpAddress(address, port);
    }

    /// <inheritdoc/>
    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}
