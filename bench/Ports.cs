using System.Net;
using System.Net.Sockets;

namespace Hutch.Bench;

/// <summary>Ports that nobody uses.</summary>
internal static class Ports
{
    /// <summary>A free TCP port on loopback.</summary>
    internal static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
